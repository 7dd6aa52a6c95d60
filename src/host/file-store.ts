import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files/index.ts';
import { errorCode, storageError } from '../model/index.ts';

/** Small texts that outlive a run, such as what was last accepted from a suite. Each name is one file. */
export interface FileStore {
  read(name: string): Promise<string | undefined>;
  /** A reader sees the old text or the new one, never a part. */
  write(name: string, text: string): Promise<void>;
}

export function createFileStore(folder: string): FileStore {
  function fileOf(name: string): string {
    return path.join(folder, encodeURIComponent(name));
  }

  async function read(name: string): Promise<string | undefined> {
    try {
      return await readFile(fileOf(name), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        return undefined;
      }
      throw storageError(fileOf(name), folder, error);
    }
  }

  function write(name: string, text: string): Promise<void> {
    return writeWhole(fileOf(name), text);
  }

  return { read, write };
}
