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

it.each([
  { entries: ['qemu-aarch64'], isOurs: false },
  { entries: ['ingot-qemu-aarch64'], isOurs: true },
])('$entries serves, and tells whose it is', async ({ entries, isOurs }) => {
  const found = await findEmulation('linux/arm64', await kernelWith(entries));
  expect(found).toEqual({ platform: 'linux/arm64', name: entries[0], interpreter: '/qemu', isOurs });
});

it('nothing serves where formats are switched off, not mounted, or there are none', async () => {
  expect(await findEmulation('linux/arm64', await kernelWith(['qemu-aarch64'], 'disabled'))).toBeUndefined();
  expect(await findEmulation('linux/arm64', await temporaryFolder())).toBeUndefined();
  expect(await findEmulation('linux/arm64', '/nowhere')).toBeUndefined();
});

it('takes away what is ours, and leaves what another program registered', async () => {
  const folder = await kernelWith(['qemu-aarch64', 'ingot-qemu-aarch64']);
  expect(await unregisterEmulators(folder)).toEqual(['ingot-qemu-aarch64']);
  expect(await readFile(path.join(folder, 'ingot-qemu-aarch64'), 'utf8')).toBe('-1');
  expect(await readFile(path.join(folder, 'qemu-aarch64'), 'utf8')).toBe(ENTRY);
  expect(await unregisterEmulators('/nowhere')).toEqual([]);
});
