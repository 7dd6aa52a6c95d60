import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { xz } from '@napi-rs/lzma';
import { pack, type Header } from 'tar-stream';

/** A file of a fake package. A string or bytes mean a regular file with mode 0644. */
export type FakeFile = string | Uint8Array | FakeEntry;

export interface FakeEntry {
  /** Content of a regular file. */
  readonly content?: string | Uint8Array;
  /** Target of a symbolic link. */
  readonly link?: string;
  readonly mode?: number;
  readonly mtime?: Date;
}

export interface FakeDeb {
  /** Text of the `control` file. */
  readonly control: string;
  /** By absolute path; the folders above are added by themselves. */
  readonly files: Readonly<Record<string, FakeFile>>;
  /** Further files of control.tar, such as `conffiles` or `postinst`. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly compression: 'gz' | 'xz';
  /** When it was built: the date of its members and files. */
  readonly date: Date;
}

/** A real .deb, as dpkg-deb would make it (deb(5)). The same input gives the same bytes. */
export async function buildDeb(deb: FakeDeb): Promise<Uint8Array> {
  const control = { control: deb.control, md5sums: md5sums(deb.files), ...deb.scripts };
  const members: [name: string, bytes: Uint8Array][] = [
    ['debian-binary', Buffer.from('2.0\n')],
    [`control.tar.${deb.compression}`, await compress(await buildTar(control, deb.date), deb.compression)],
    [`data.tar.${deb.compression}`, await compress(await buildTar(deb.files, deb.date), deb.compression)],
  ];
  const seconds = String(Math.floor(deb.date.getTime() / 1000));
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members.flatMap((member) => arMember(member, seconds))]);
}

/** A tar with `./` names, folders first. */
export async function buildTar(files: Readonly<Record<string, FakeFile>>, date: Date): Promise<Uint8Array> {
  const tar = pack();
  for (const folder of foldersOf(Object.keys(files))) {
    tar.entry({ ...owner, name: folder, type: 'directory', mode: 0o755, mtime: date });
  }
  for (const [path, file] of Object.entries(files)) {
    const { header, content } = toEntry(file);
    tar.entry({ ...owner, mtime: date, ...header, name: `./${path.replace(/^\//, '')}` }, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const owner = { uid: 0, gid: 0, uname: 'root', gname: 'root' };

function toEntry(file: FakeFile): { readonly header: Partial<Header>; readonly content: Buffer } {
  const entry = typeof file === 'string' || file instanceof Uint8Array ? { content: file } : file;
  const mtime = entry.mtime === undefined ? {} : { mtime: entry.mtime };
  if (entry.link !== undefined) {
    return {
      header: { type: 'symlink', linkname: entry.link, mode: 0o777, ...mtime },
      content: Buffer.alloc(0),
    };
  }
  return {
    header: { type: 'file', mode: entry.mode ?? 0o644, ...mtime },
    content: toBuffer(entry.content ?? ''),
  };
}

/** `usr/bin/env` → `./`, `./usr/`, `./usr/bin/`. */
function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set(['./']);
  for (const path of paths) {
    const parts = path.replace(/^\//, '').split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) {
      folders.add(`./${parts.slice(0, depth).join('/')}/`);
    }
  }
  return [...folders].sort();
}

function md5sums(files: Readonly<Record<string, FakeFile>>): string {
  const regular = Object.entries(files).map(([path, file]) => ({ path, ...toEntry(file) }));
  return regular
    .filter(({ header }) => header.type === 'file')
    .map(
      ({ path, content }) =>
        `${createHash('md5').update(content).digest('hex')}  ${path.replace(/^\//, '')}\n`,
    )
    .join('');
}

function arMember([name, bytes]: readonly [string, Uint8Array], seconds: string): readonly Uint8Array[] {
  const header = `${name.padEnd(16)}${seconds.padEnd(12)}0     0     100644  ${String(bytes.length).padEnd(10)}\`\n`;
  return [Buffer.from(header), bytes, Buffer.from(bytes.length % 2 === 0 ? '' : '\n')];
}

async function compress(bytes: Uint8Array, compression: 'gz' | 'xz'): Promise<Uint8Array> {
  return compression === 'gz' ? gzipSync(bytes) : xz.compress(bytes);
}

export function toBuffer(content: string | Uint8Array): Buffer {
  return Buffer.from(content as Uint8Array);
}
