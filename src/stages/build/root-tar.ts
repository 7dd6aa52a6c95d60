import { readFile } from 'node:fs/promises';
import { pack, type Pack } from 'tar-stream';
import { writeWhole } from '../../files/index.ts';
import { type DebFile, debFiles, readDeb } from '../../debian/index.ts';

/** Folders of a root that are links below /usr since Debian 12, whose packages still ship files outside of it. */
const MERGED = ['bin', 'lib', 'lib64', 'sbin'];

/** Writes the files of verified .debs as one tar of a root with merged /usr. Nothing is configured. */
export async function writeRootTar(debs: readonly string[], file: string): Promise<void> {
  const archive = pack();
  const filled = fill(archive, debs).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    await writeWhole(file, archive as AsyncIterable<Uint8Array>);
  } finally {
    // a full disk has destroyed the archive, which ends this as well
    await filled;
  }
}

async function fill(archive: Pack, debs: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  for (const deb of debs) {
    for await (const entry of debFiles(readDeb(await readFile(deb)))) {
      await addEntry(archive, entry, seen);
    }
  }
  const paths = [...seen];
  for (const folder of MERGED.filter((name) => paths.some((path) => path.startsWith(`usr/${name}/`)))) {
    archive.entry({ name: folder, type: 'symlink', linkname: `usr/${folder}` });
  }
  archive.finalize();
}

async function addEntry(archive: Pack, entry: DebFile, seen: Set<string>): Promise<void> {
  const name = merged(entry.path);
  if (name === '' || MERGED.includes(name) || (entry.type === 'directory' && seen.has(name))) {
    return;
  }
  seen.add(name);
  const { type, mode, linkname } = entry;
  const header = { name, type, mode, mtime: new Date(entry.mtime * 1000) };
  if (type === 'file') {
    archive.entry(header, await entry.read());
  } else {
    const target = type === 'link' ? merged(linkname ?? '') : linkname;
    archive.entry({ ...header, ...(target === undefined ? {} : { linkname: target }) });
  }
}

/** `/lib/x` and `./lib/x` are `usr/lib/x`. */
function merged(path: string): string {
  const relative = path.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
  const [top = ''] = relative.split('/', 1);
  return relative.includes('/') && MERGED.includes(top) ? `usr/${relative}` : relative;
}
