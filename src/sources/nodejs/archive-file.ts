import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Sha256 } from '../../model/index.ts';

/** Node's own program has 130 MB; a tarball that unpacks to more than this is none of it. */
const MAX_UNPACKED_BYTES = 2 ** 30;

/** First bytes of a gzip member (RFC 1952, section 2.3.1). */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Digest of one file below the outermost folder of a compressed tarball; nothing where it is not in there. */
export async function fileDigest(tarball: Uint8Array, file: string): Promise<Sha256 | undefined> {
  const entries = extract();
  entries.end(await decompress(tarball));
  for await (const entry of entries) {
    if (entry.header.type === 'file' && entry.header.name.replace(/^[^/]*\//, '') === file) {
      const hash = createHash('sha256');
      for await (const chunk of entry) {
        hash.update(chunk as Uint8Array);
      }
      return `sha256:${hash.digest('hex')}` as Sha256;
    }
    entry.resume();
  }
  return undefined;
}

async function decompress(tarball: Uint8Array): Promise<Uint8Array> {
  if (GZIP.equals(tarball.subarray(0, GZIP.byteLength))) {
    return promisify(gunzip)(tarball, { maxOutputLength: MAX_UNPACKED_BYTES });
  }
  const { xz } = await import('@napi-rs/lzma');
  return xz.decompress(tarball);
}
