import type { ContentDigest } from '../../host/content-cache.ts';
import { FactoryError, type Sha256 } from '../../model/index.ts';
import { hexOf } from '../../oci/index.ts';

/** Subresource integrity (W3C SRI, section 3.5) with exactly one sha512, as npm publishes it. */
const SHA512_INTEGRITY = /^sha512-([A-Za-z0-9+/]{86}==)$/;

export function digestOf(sha256: Sha256): ContentDigest {
  return { algorithm: 'sha256', hex: hexOf(sha256) };
}

export function digestOfIntegrity(integrity: string): ContentDigest {
  const base64 = SHA512_INTEGRITY.exec(integrity)?.[1];
  if (base64 === undefined) {
    throw new FactoryError(
      'DIGEST_MISMATCH',
      `cannot use integrity "${integrity.slice(0, 100)}": expected sha512- and 64 bytes in base64`,
    );
  }
  return { algorithm: 'sha512', hex: Buffer.from(base64, 'base64').toString('hex') };
}
