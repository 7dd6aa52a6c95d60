import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, isSystemError, storageError } from '../model/index.ts';

/**
 * A folder that appears with all that is in it, or not at all.
 *
 * @param fill is given the folder while it has another name
 * @throws STORAGE_FAILED, or what `fill` throws
 */
export async function makeFolder(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  try {
    await mkdir(parent, { recursive: true });
    const unfinished = await mkdtemp(join(parent, '.unfinished-'));
    try {
      await fill(unfinished);
      await appear(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  } catch (error) {
    throw isSystemError(error) ? storageError(folder, parent, error) : error;
  }
}

/** Of two that make it at once, the later one's is thrown away. */
async function appear(unfinished: string, folder: string): Promise<void> {
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) {
      throw error;
    }
  }
}
