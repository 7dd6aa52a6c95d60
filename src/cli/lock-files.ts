import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CatalogEntry, ImageId, Lock } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import { lockFileName, lockText, reviewedLock } from '../stages/resolve/index.ts';

/** Text of an image's reviewed lock; undefined where it has none. */
export async function readLockFile(catalogFolder: string, id: ImageId): Promise<string | undefined> {
  const file = path.join(catalogFolder, lockFileName(id));
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      return undefined;
    }
    throw new FactoryError('STORAGE_FAILED', `cannot read "${file}"`, { cause });
  }
}

export async function writeLockFile(catalogFolder: string, id: ImageId, lock: Lock): Promise<void> {
  const file = path.join(catalogFolder, lockFileName(id));
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, lockText(lock));
  } catch (cause) {
    throw new FactoryError('STORAGE_FAILED', `cannot write "${file}"`, { cause });
  }
}

/** What `--locked` builds of an image, whatever the archive has meanwhile. */
export async function readReviewedLock(catalogFolder: string, entry: CatalogEntry): Promise<Lock> {
  return reviewedLock(entry, await readLockFile(catalogFolder, entry.id));
}
