import { createReadStream } from 'node:fs';
import { access, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../files/index.ts';
import { errorCode, FactoryError } from '../model/index.ts';
import type { Descriptor, Sha256 } from '../model/index.ts';
import { CheckedBytes } from './checked-bytes.ts';
import { assertDigest, hexOf, sha256Of } from './digest.ts';
import { MEDIA_TYPE } from './media-types.ts';
import { parseLayoutIndex } from './schema.ts';

const LAYOUT_FILE = '{"imageLayoutVersion":"1.0.0"}';

/** What the `index.json` of an OCI image layout names (image spec 1.1 "Image Layout Specification"). */
export async function readLayout(layoutDir: string): Promise<readonly Descriptor[]> {
  const file = join(layoutDir, 'index.json');
  return parseLayoutIndex(await readLayoutFile(file), `OCI layout "${file}"`);
}

/** Path of a blob in the layout; its content is not checked. */
export function blobPath(layoutDir: string, digest: Sha256): string {
  return join(layoutDir, 'blobs', 'sha256', hexOf(digest));
}

/** A small blob, whole, refused if its bytes are not what the digest says. */
export async function readBlob(layoutDir: string, digest: Sha256): Promise<Uint8Array> {
  const bytes = await readLayoutFile(blobPath(layoutDir, digest));
  assertDigest(bytes, digest, `blob ${digest} of OCI layout "${layoutDir}"`);
  return bytes;
}

/** A blob as a stream. Its digest is for the receiver to check: a registry refuses an upload that differs. */
export function streamBlob(layoutDir: string, digest: Sha256): AsyncIterable<Uint8Array> {
  return createReadStream(blobPath(layoutDir, digest), { highWaterMark: 256 * 1024 });
}

/** Adds a blob to the layout under its own digest, whole or not at all. */
export async function writeBlob(layoutDir: string, bytes: Uint8Array): Promise<Sha256> {
  const digest = sha256Of(bytes);
  await writeWhole(blobPath(layoutDir, digest), bytes);
  return digest;
}

/** As `writeBlob`, of a blob that is too large to be held. */
export async function receiveBlob(
  layoutDir: string,
  blob: Pick<Descriptor, 'digest' | 'size'>,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  await writeWhole(blobPath(layoutDir, blob.digest), rightBytes(new CheckedBytes(blob, chunks)));
}

async function* rightBytes(bytes: CheckedBytes): AsyncGenerator<Uint8Array> {
  yield* bytes.read();
  await bytes.assertRight();
}

export function hasBlob(layoutDir: string, digest: Sha256): Promise<boolean> {
  return access(blobPath(layoutDir, digest)).then(
    () => true,
    () => false,
  );
}

/**
 * Starts a layout that keeps its blobs with those of other layouts, in a folder on the same filesystem, or goes on with
 * one that was started.
 */
export async function shareBlobs(layoutDir: string, blobsDir: string): Promise<void> {
  await mkdir(join(blobsDir, 'sha256'), { recursive: true });
  await mkdir(layoutDir, { recursive: true });
  await symlink(blobsDir, join(layoutDir, 'blobs')).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  });
}

/** Writes `oci-layout` and an `index.json` that names exactly these. */
export async function writeLayoutIndex(layoutDir: string, descriptors: readonly Descriptor[]): Promise<void> {
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: descriptors };
  await writeWhole(join(layoutDir, 'oci-layout'), LAYOUT_FILE);
  await writeWhole(join(layoutDir, 'index.json'), JSON.stringify(index));
}

async function readLayoutFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new FactoryError('STORAGE_FAILED', `cannot read "${file}" of an OCI layout`, {
      hint: 'run again; the image is built anew',
      cause,
    });
  }
}
