import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files/index.ts';
import { errorCode, storageError } from '../model/index.ts';
import type { CatalogEntry, ImageId, Lock } from '../model/index.ts';
import { lockFileName, lockText, reviewedLock } from '../stages/resolve/index.ts';

/** Text of an image's reviewed lock; undefined where it has none. */
export async function readLockFile(catalogFolder: string, id: ImageId): Promise<string | undefined> {
  const file = path.join(catalogFolder, lockFileName(id));
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw storageError(file, path.dirname(file), error);
  }
}

export function writeLockFile(catalogFolder: string, id: ImageId, lock: Lock): Promise<void> {
  return writeWhole(path.join(catalogFolder, lockFileName(id)), lockText(lock));
}

/** What `--locked` builds of an image, whatever the archive has meanwhile. */
export async function readReviewedLock(catalogFolder: string, entry: CatalogEntry): Promise<Lock> {
  return reviewedLock(entry, await readLockFile(catalogFolder, entry.id));
}
