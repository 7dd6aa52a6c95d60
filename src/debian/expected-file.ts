import { FactoryError, type Sha256 } from '../model/index.ts';
import { parseSha256, sha256OfChunks } from '../oci/index.ts';
import { chunksOf, heldText, type IndexText } from './index-text.ts';

/** A file as a signed index names it: what is fetched has to be exactly this. */
export interface ExpectedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: Sha256;
}

/** Reads digest and size as Release and Packages files write them. `source` names the file in messages. */
export function parseExpectedFile(
  written: { readonly path: string; readonly size: string; readonly hex: string },
  source: string,
): ExpectedFile {
  const size = Number(written.size);
  if (!/^\d+$/.test(written.size) || !Number.isSafeInteger(size)) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot read ${source}: expected the size of ${written.path} in bytes, got "${written.size}"`,
    );
  }
  return { path: written.path, size, sha256: parseSha256(`sha256:${written.hex}`, 'INDEX_INVALID') };
}

/** Refuses bytes that are not the expected file's: the second and third link of the chain of trust. */
export function assertExpectedFile(expected: ExpectedFile, bytes: Uint8Array): void {
  assertExpectedText(expected, heldText(bytes));
}

/** The same of a file that is read piece by piece. */
export function assertExpectedText(expected: ExpectedFile, text: IndexText): void {
  if (text.size !== expected.size) {
    throw mismatch(expected, `${String(expected.size)} bytes`, String(text.size));
  }
  const actual = sha256OfChunks(chunksOf(text));
  if (actual !== expected.sha256) {
    throw mismatch(expected, expected.sha256, actual);
  }
}

function mismatch(file: ExpectedFile, expected: string, got: string): FactoryError {
  return new FactoryError(
    'DIGEST_MISMATCH',
    `cannot accept ${file.path}: it is not what the signed index names, expected ${expected}, got ${got}`,
    { hint: 'run again, the mirror may be in the middle of an update; if it stays so, use another mirror' },
  );
}
