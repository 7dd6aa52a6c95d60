import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { FactoryError } from '../model/index.ts';
import type { Deb } from './deb.ts';

/** An entry of a package's data.tar. */
export interface DebFile {
  /** Absolute, without a slash at its end: `/usr/bin/env`. */
  readonly path: string;
  readonly type: Header['type'];
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes. */
  readonly size: number;
  /** Target of a link. */
  readonly linkname?: string;
  /** Its content; must be read before the next entry is asked for. */
  readonly read: () => Promise<Buffer>;
}

type Decompress = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Compressions dpkg 1.22 reads and Debian uses (deb(5)). */
const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  '': async (bytes) => Promise.resolve(bytes),
  '.gz': promisify(gunzip),
  '.xz': async (bytes) => (await import('@napi-rs/lzma')).xz.decompress(bytes),
  '.zst': promisify(zstdDecompress),
};

/** The entries of data.tar in their order. An entry that is not read is skipped. */
export async function* debFiles(deb: Deb): AsyncGenerator<DebFile> {
  yield* debEntries(deb, 'data');
}

/** As `debFiles`, of either archive in the package. */
export async function* debEntries(deb: Deb, archive: 'control' | 'data'): AsyncGenerator<DebFile> {
  yield* tarEntries(await tarOf(deb, archive));
}

async function tarOf(deb: Deb, archive: 'control' | 'data'): Promise<Uint8Array> {
  for (const [suffix, decompress] of Object.entries(DECOMPRESS)) {
    const member = deb.members.get(`${archive}.tar${suffix}`);
    if (member !== undefined) {
      return decompressed(decompress, member, `${archive}.tar${suffix}`);
    }
  }
  const expected = Object.keys(DECOMPRESS).map((suffix) => `${archive}.tar${suffix}`);
  throw new FactoryError(
    'INDEX_INVALID',
    `cannot read .deb: expected one of ${expected.join(', ')}, got ${[...deb.members.keys()].join(', ')}`,
  );
}

async function decompressed(decompress: Decompress, bytes: Uint8Array, name: string): Promise<Uint8Array> {
  try {
    return await decompress(bytes);
  } catch (cause) {
    throw new FactoryError('INDEX_INVALID', `cannot read .deb: ${name} does not decompress`, { cause });
  }
}

async function* tarEntries(tar: Uint8Array): AsyncGenerator<DebFile> {
  const stream = extract();
  stream.end(Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength));
  for await (const entry of stream) {
    yield toDebFile(entry.header, async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) {
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks);
    });
    entry.resume();
  }
}

function toDebFile(header: Header, read: () => Promise<Buffer>): DebFile {
  const { type, mode, uid, gid, size, linkname } = header;
  return {
    path: `/${header.name.replace(/^(\.?\/)+|^\.$/, '').replace(/\/$/, '')}`,
    type,
    mode,
    uid,
    gid,
    mtime: Math.floor(header.mtime.getTime() / 1000),
    size,
    ...(type === 'symlink' || type === 'link' ? { linkname } : {}),
    read,
  };
}
