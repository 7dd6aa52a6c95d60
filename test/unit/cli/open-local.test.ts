import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openLocal } from '../../../src/cli/open-local.ts';
import { takeRunLock } from '../../../src/host/run-lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A machine whose cache holds 3,000 bytes, and whose registry holds a release. */
async function usedMachine(): Promise<{
  readonly cache: string;
  readonly release: string;
  readonly clean: () => Promise<number>;
}> {
  const home = await temporaryFolder();
  const [cache, release] = [path.join(home, '.cache/ingot'), path.join(home, '.local/share/ingot/registry')];
  await mkdir(path.join(cache, 'content/sha256/ab'), { recursive: true });
  await mkdir(path.join(cache, 'builder/1'), { recursive: true });
  await mkdir(release, { recursive: true });
  await writeFile(path.join(cache, 'content/sha256/ab/abcd'), Buffer.alloc(1000));
  await writeFile(path.join(cache, 'builder/1/dockerd'), Buffer.alloc(2000));
  const local = openLocal({
    environment: { HOME: home, INGOT_BUILDER: 'embedded' },
    cwd: home,
    startedAt: new Date('2026-11-21T02:30:00Z'),
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  return { cache, release, clean: () => local.clean() };
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

test('ingot local clean removes the cache, tells its size, and leaves releases', async () => {
  const { cache, release, clean } = await usedMachine();
  expect(await clean()).toBe(3000);
  expect([await isThere(cache), await isThere(release)]).toEqual([false, true]);
});

test('ingot local clean is refused while a run uses the cache', async () => {
  const { cache, clean } = await usedMachine();
  const lock = await takeRunLock(cache);
  await expect(clean()).rejects.toMatchObject({ code: 'RUN_IN_PROGRESS' });
  expect(await isThere(path.join(cache, 'builder/1/dockerd'))).toBe(true);
  await lock.release();
  expect(await clean()).toBe(3000);
});

test('ingot local clean has nothing to remove where nothing ran', async () => {
  const { clean } = await usedMachine();
  await clean();
  expect(await clean()).toBe(0);
});
