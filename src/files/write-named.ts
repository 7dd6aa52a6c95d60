import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from '../model/index.ts';
import { writeWhole } from './write-file.ts';

/**
 * Writes the file that somebody named on the command line: whole, or not at all, into a folder that is there. A pipe or
 * a terminal, such as /dev/stdout, is written into: a file must not take its place.
 *
 * @throws STORAGE_FAILED
 */
export async function writeNamed(file: string, text: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  try {
    await stat(dirname(file));
    if (found !== undefined && !found.isFile() && !found.isDirectory()) {
      await writeFile(file, text);
      return;
    }
  } catch (error) {
    throw storageError(file, dirname(file), error);
  }
  await writeWhole(file, text);
}
