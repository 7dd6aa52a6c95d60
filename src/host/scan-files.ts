import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files/index.ts';
import { errorCode, storageError } from '../model/index.ts';

/** Files of one run for programs that read and write them; each is in a folder of its own. */
export interface ScanFiles {
  /** Tells the path. */
  write(name: string, text: string): Promise<string>;
  /** Path of a file that somebody else may write. */
  place(name: string): Promise<string>;
  /** Undefined where there is none. */
  read(file: string): Promise<string | undefined>;
}

export function createScanFiles(folder: string): ScanFiles {
  async function place(name: string): Promise<string> {
    const own = path.join(folder, randomUUID());
    try {
      await mkdir(own, { recursive: true });
    } catch (error) {
      throw storageError(own, folder, error);
    }
    return path.join(own, name);
  }

  async function write(name: string, text: string): Promise<string> {
    const file = await place(name);
    await writeWhole(file, text);
    return file;
  }

  async function read(file: string): Promise<string | undefined> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        return undefined;
      }
      throw storageError(file, folder, error);
    }
  }

  return { place, write, read };
}
