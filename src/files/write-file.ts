import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, storageError } from '../model/index.ts';

/** What is written to a file. */
export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Writes a file, and the folders that lead to it. A reader sees what was there before, or all of the new; where that
 * cannot be written, nothing of it is left.
 *
 * @throws STORAGE_FAILED, or what the source of the content throws
 */
export async function writeWhole(
  file: string,
  content: FileContent,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const part = `${file}.${randomUUID()}.part`;
  const source = watched(content);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(part, source.content, options);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw source.isBroken() ? error : storageError(file, dirname(file), error);
  }
}

interface Source {
  readonly content: FileContent;
  /** Whether it broke off by itself: the disk is not to blame. */
  readonly isBroken: () => boolean;
}

function watched(content: FileContent): Source {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    return { content, isBroken: () => false };
  }
  let isBroken = false;
  async function* chunks(all: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* all;
    } catch (error) {
      isBroken = true;
      throw error;
    }
  }
  return { content: chunks(content), isBroken: () => isBroken };
}

/** A file in a folder that people work in, which is never overwritten: false where there is one. */
export async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await fill(await open(file, 'wx'), text).catch(async (error: unknown) => {
      await rm(file, { force: true });
      throw error;
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return false;
    }
    throw storageError(file, dirname(file), error);
  }
}

async function fill(handle: FileHandle, text: string): Promise<void> {
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}
