import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';

/** Of files that are looked at at the same time: Node has few threads for it. */
export const FILES_AT_ONCE = 16;

/** What the files below a folder hold; 0 where it is absent. What vanishes meanwhile does not count. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await pLimit(FILES_AT_ONCE).map(files, ({ name }) => fileBytes(path.join(folder, name)));
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  // one after the other: an engine's store has hundreds of thousands of files
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    bytes += await folderBytes(path.join(folder, name));
  }
  return bytes;
}

async function fileBytes(file: string): Promise<number> {
  return (await stat(file).catch(() => ({ size: 0 }))).size;
}
