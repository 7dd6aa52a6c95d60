import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { removeCache } from '../../../src/host/remove-cached.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FILES = 500;

/** A builder of many programs, in a cache that holds something unfinished. */
async function filledCache(): Promise<{ readonly cache: string; readonly programs: string }> {
  const cache = path.join(await temporaryFolder(), 'ingot');
  const programs = path.join(cache, 'builder/1/usr/bin');
  await mkdir(programs, { recursive: true });
  for (let i = 0; i < FILES; i += 1) {
    await writeFile(path.join(programs, String(i)), '');
  }
  await mkdir(path.join(cache, 'tmp'));
  await writeFile(path.join(cache, 'tmp/unfinished'), '');
  return { cache, programs };
}

it('a builder that is removed is complete until it is gone', async () => {
  const { cache, programs } = await filledCache();
  const seen = new Set<number>();
  const removal = { isOver: false };
  const removed = removeCache(cache).finally(() => {
    removal.isOver = true;
  });
  while (!removal.isOver) {
    seen.add((await readdir(programs).catch(() => [])).length);
    await setImmediate();
  }
  await removed;
  expect([...seen].filter((files) => files !== FILES && files !== 0)).toEqual([]);
  await expect(readdir(cache)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('what a kill left of a removal goes with the next', async () => {
  const { cache } = await filledCache();
  await mkdir(path.join(cache, 'tmp/half'), { recursive: true });
  await writeFile(path.join(cache, 'tmp/half/dockerd'), '');
  await removeCache(cache);
  await expect(readdir(cache)).rejects.toMatchObject({ code: 'ENOENT' });
});
