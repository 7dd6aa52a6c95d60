import type { ContentDigest } from '../host/content-cache.ts';
import { FactoryError } from '../model/index.ts';

/** Subresource integrity (W3C SRI, section 3.5) with exactly one digest: npm publishes sha512, most others sha256. */
export const INTEGRITY = /^(?:(sha256)-([A-Za-z0-9+/]{43}=)|(sha512)-([A-Za-z0-9+/]{86}==))$/;

export function digestOfIntegrity(integrity: string): ContentDigest {
  const [, sha256, short, , long] = INTEGRITY.exec(integrity) ?? [];
  const base64 = short ?? long;
  if (base64 === undefined) {
    throw new FactoryError(
      'DIGEST_MISMATCH',
      `cannot use integrity "${integrity.slice(0, 100)}": expected sha256- or sha512- and the digest in base64`,
    );
  }
  const hex = Buffer.from(base64, 'base64').toString('hex');
  return { algorithm: sha256 === undefined ? 'sha512' : 'sha256', hex };
}

/** The integrity that `digestOfIntegrity` reads. */
export function integrityOf({ algorithm, hex }: ContentDigest): string {
  return `${algorithm}-${Buffer.from(hex, 'hex').toString('base64')}`;
}

/** Of a digest in hex: its length tells the algorithm. */
export function integrityOfHex(hex: string, what: string): string {
  if (!/^(?:[0-9a-f]{64}|[0-9a-f]{128})$/.test(hex)) {
    throw new FactoryError(
      'ARTIFACT_NOT_FOUND',
      `cannot lock ${what}: expected a SHA-256 or SHA-512 in hex as its checksum, got "${hex.slice(0, 80)}"`,
      { hint: 'correct the place of the checksum in stack.json' },
    );
  }
  return integrityOf({ algorithm: hex.length === 64 ? 'sha256' : 'sha512', hex });
}
