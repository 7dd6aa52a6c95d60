import { createHash } from 'node:crypto';
import { FactoryError } from '../model/index.ts';
import type { FactoryErrorCode, Sha256 } from '../model/index.ts';

const SHA256 = /^sha256:[0-9a-f]{64}$/;

/** OCI image spec 1.1 "Digests": only sha256 is written or read here. */
export function isSha256(text: string): text is Sha256 {
  return SHA256.test(text);
}

/** `code` is the caller's: the same bad text is a registry's fault in one place and an index's in another. */
export function parseSha256(text: string, code: FactoryErrorCode = 'REGISTRY_INVALID'): Sha256 {
  if (!isSha256(text)) {
    throw new FactoryError(
      code,
      `cannot read digest: expected sha256: and 64 lower-case hex digits, got "${text.slice(0, 80)}"`,
    );
  }
  return text;
}

export function sha256Of(bytes: Uint8Array | string): Sha256 {
  return sha256OfChunks([bytes]);
}

export function sha256OfChunks(chunks: Iterable<Uint8Array | string>): Sha256 {
  const hash = createHash('sha256');
  for (const chunk of chunks) {
    hash.update(chunk);
  }
  return parseSha256(`sha256:${hash.digest('hex')}`);
}

/** The hex digits alone, as file names and cosign's tags have them. */
export function hexOf(digest: Sha256): string {
  return digest.slice('sha256:'.length);
}

/** Refuses bytes that are not what their digest says. `what` names them in the message. */
export function assertDigest(bytes: Uint8Array, expected: Sha256, what: string): void {
  const got = sha256Of(bytes);
  if (got !== expected) {
    throw new FactoryError(
      'DIGEST_MISMATCH',
      `cannot use ${what}: its bytes changed, expected ${expected}, got ${got}`,
    );
  }
}
