import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** What is at a path, or what is there instead, for "expected …, got …". */
export type Read<T> = { readonly found: T } | { readonly got: string };

export const NO_SUCH_FILE = 'no such file';

export async function readBytes(file: string): Promise<Read<Uint8Array>> {
  return reading(readFile(file), { ENOENT: NO_SUCH_FILE, ENOTDIR: NO_SUCH_FILE, EISDIR: 'a folder' });
}

export async function readText(file: string): Promise<Read<string>> {
  const read = await readBytes(file);
  return 'found' in read ? { found: Buffer.from(read.found).toString('utf8') } : read;
}

/** What lies in a folder, by path; nothing where there is no such folder. */
export async function readFolder(
  folder: string,
  options: { readonly recursive?: true } = {},
): Promise<Read<readonly Dirent[]>> {
  const read = await reading(readdir(folder, { ...options, withFileTypes: true }), {
    ENOENT: NO_SUCH_FILE,
    ENOTDIR: 'a file',
  });
  if ('got' in read) {
    return read.got === NO_SUCH_FILE ? { found: [] } : read;
  }
  return { found: read.found.sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1)) };
}

export function pathOf({ parentPath, name }: Dirent): string {
  return path.join(parentPath, name);
}

/** `names` says what a system error's code means. */
async function reading<T>(work: Promise<T>, names: Readonly<Record<string, string>>): Promise<Read<T>> {
  try {
    return { found: await work };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { got: names[code] ?? code };
  }
}
