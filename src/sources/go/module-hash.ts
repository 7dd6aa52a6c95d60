import { createHash } from 'node:crypto';
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { FactoryError } from '../../model/index.ts';

/** A toolchain has 250 MB. More than this is no toolchain, but meant to fill the memory. */
const MAX_UNPACKED_BYTES = 2 ** 30;

/** `h1:` of a module zip: golang.org/x/mod/sumdb/dirhash, Hash1. */
export async function moduleHash(zip: Uint8Array, what: string): Promise<string> {
  try {
    return await hashOf(await fromBufferPromise(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FactoryError('DIGEST_MISMATCH', `cannot use ${what}: it is not a module zip: ${reason}`, {
      hint: 'the proxy, or something on the way, changed the file: try another one in GOPROXY',
      cause: error,
    });
  }
}

async function hashOf(zip: ZipFile): Promise<string> {
  const files = new Map<string, string>();
  let unpackedBytes = 0;
  for await (const entry of zip.eachEntry()) {
    unpackedBytes += entry.uncompressedSize;
    if (unpackedBytes > MAX_UNPACKED_BYTES) {
      throw new Error(`expected at most ${MAX_UNPACKED_BYTES} bytes in it, got more`);
    }
    if (entry.fileName.includes('\n') || files.has(entry.fileName)) {
      throw new Error('expected each file once, with a name on one line');
    }
    files.set(entry.fileName, await contentHash(zip, entry));
  }
  const lines = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const summary = lines.map(([name, hash]) => `${hash}  ${name}\n`).join('');
  return `h1:${createHash('sha256').update(summary).digest('base64')}`;
}

async function contentHash(zip: ZipFile, entry: Entry): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex');
}
