import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, storageError } from './storage-error.ts';

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

  async function write(name: string, text: string): Promise<void> {
    const file = fileOf(name);
    const temporary = `${file}.${randomUUID()}`;
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(temporary, text);
      await rename(temporary, file);
    } catch (error) {
      // what stopped the write may stop this as well
      await rm(temporary, { force: true }).catch(() => undefined);
      throw storageError(file, folder, error);
    }
  }

  return { read, write };
}
