import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';

/** Files of a folder as a tar in which they lie below `target`, an absolute path. Modes stay, owners do not. */
export function folderTar(folder: string, target: string): Readable {
  const archive = pack();
  addFolder(archive, folder, posix.relative('/', target)).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive);
}

async function addFolder(archive: Pack, folder: string, below: string): Promise<void> {
  archive.entry({ name: below, type: 'directory', mode: (await stat(folder)).mode & 0o777 });
  const inside = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of inside) {
    const path = join(entry.parentPath, entry.name);
    const name = posix.join(below, relative(folder, path));
    if (entry.isSymbolicLink()) {
      archive.entry({ name, type: 'symlink', linkname: await readlink(path) });
    } else {
      const mode = (await stat(path)).mode & 0o777;
      if (entry.isDirectory()) {
        archive.entry({ name, type: 'directory', mode });
      } else {
        archive.entry({ name, mode }, await readFile(path));
      }
    }
  }
}
