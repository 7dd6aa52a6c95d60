import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { storageError } from '../model/index.ts';

/** Where a cache keeps what is not finished, or not removed yet. */
export const UNFINISHED = 'tmp';

/** At once, as far as others see it: what is there is complete, whenever this is killed. */
export async function removeAtOnce(item: string, cache: string): Promise<void> {
  const unfinished = path.join(cache, UNFINISHED);
  await mkdir(unfinished, { recursive: true });
  const unnamed = path.join(unfinished, randomUUID());
  await rename(item, unnamed);
  await rm(unnamed, { recursive: true, force: true });
}

/** For who holds the lock of runs. */
export async function removeCache(cache: string): Promise<void> {
  try {
    for (const name of await readdir(cache)) {
      if (name !== UNFINISHED) {
        await removeAtOnce(path.join(cache, name), cache);
      }
    }
    await rm(path.join(cache, UNFINISHED), { recursive: true, force: true });
  } catch (error) {
    throw storageError(cache, cache, error);
  }
  // a volume that is mounted there, or a command without the lock that fills it again, keeps the empty folder
  await rmdir(cache).catch(() => undefined);
}
