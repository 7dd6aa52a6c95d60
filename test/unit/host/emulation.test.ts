import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findEmulation, unregisterEmulators } from '../../../src/host/emulation.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ENTRY = [
  'enabled',
  'interpreter /qemu',
  'flags: F',
  'offset 0',
  'magic 7f454c460201010000000000000000000200b700',
  'mask ffffffffffffff00fffffffffffffffffeffffff',
  '',
].join('\n');

/** A folder as the kernel shows its formats. */
async function kernelWith(entries: readonly string[], status = 'enabled'): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'status'), `${status}\n`);
  await writeFile(path.join(folder, 'register'), '');
  for (const name of entries) {
    await writeFile(path.join(folder, name), ENTRY);
  }
  return folder;
}

it('whoever registered it, it serves', async () => {
  const found = await findEmulation('linux/arm64', await kernelWith(['qemu-aarch64']));
  expect(found).toEqual({ platform: 'linux/arm64', name: 'qemu-aarch64', interpreter: '/qemu' });
});

it('nothing serves where formats are switched off, not mounted, or there are none', async () => {
  expect(await findEmulation('linux/arm64', await kernelWith(['qemu-aarch64'], 'disabled'))).toBeUndefined();
  expect(await findEmulation('linux/arm64', await temporaryFolder())).toBeUndefined();
  expect(await findEmulation('linux/arm64', '/nowhere')).toBeUndefined();
});

it('takes away what is ours, and leaves what another program or another ingot registered', async () => {
  const others = ['qemu-aarch64', 'ingot-2-qemu-aarch64', 'ingot-10-qemu-aarch64'];
  const folder = await kernelWith([...others, 'ingot-1-qemu-aarch64']);
  expect(await unregisterEmulators('ingot-1', folder)).toEqual(['ingot-1-qemu-aarch64']);
  expect(await readFile(path.join(folder, 'ingot-1-qemu-aarch64'), 'utf8')).toBe('-1');
  for (const name of others) {
    expect(await readFile(path.join(folder, name), 'utf8')).toBe(ENTRY);
  }
  expect(await unregisterEmulators('ingot-1', '/nowhere')).toEqual([]);
});
