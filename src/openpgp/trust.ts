import type { PublicKey, VerifyMessageResult } from 'openpgp';

export type VerificationResult = VerifyMessageResult['signatures'][number];

/** Whose signature counts, and when. */
export interface KeyTrust {
  /** ASCII-armoured public keys, one each. */
  readonly keys: readonly string[];
  /** Keys expired or revoked at this time are not accepted. */
  readonly now: Date;
  /** For what is signed once and kept, such as a release: its key must have been valid then, and may have expired since. */
  readonly mayHaveExpired?: boolean;
}

/** No accepted key signed it. The message is a reason; what it means for whom is the caller's to say. */
export class SignatureRefused extends Error {}

/** An hour: clocks differ, but a file from the future would make every later one look rolled back. */
export const MAX_CLOCK_SKEW_MS = 3_600_000;

/** Time of verification for openpgp, which refuses what was signed after it. */
export function latestDate({ now }: KeyTrust): Date {
  return new Date(now.getTime() + MAX_CLOCK_SKEW_MS);
}

export async function readKeys(armouredKeys: readonly string[]): Promise<PublicKey[]> {
  const { readKey } = await import('openpgp');
  const keys: PublicKey[] = [];
  for (const armoredKey of armouredKeys) {
    const key = await readKey({ armoredKey });
    keys.push(key.toPublic());
  }
  return keys;
}

/**
 * Fingerprint of the primary key behind the first valid signature, 40 upper-case hex digits. One valid signature by
 * one of the keys, or by a signing subkey of one, is enough.
 */
export async function signerOf(
  signatures: readonly VerificationResult[],
  keys: readonly PublicKey[],
  trust: KeyTrust,
): Promise<string> {
  const rejected: string[] = [];
  for (const signature of signatures) {
    try {
      const key = await primaryKeyOf(signature, keys, trust);
      return key.getFingerprint().toUpperCase();
    } catch (error) {
      rejected.push(`${signature.keyID.toHex()} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  const got = rejected.length === 0 ? 'none' : rejected.join(', ');
  throw new SignatureRefused(`expected a valid signature by one of the accepted keys, got ${got}`);
}

/**
 * openpgp checks that the key was valid when it signed, and that it was never said to be stolen; like apt, we also
 * want it to be valid now, or a stolen key could go on signing with old dates.
 */
async function primaryKeyOf(
  signature: VerificationResult,
  keys: readonly PublicKey[],
  { now, mayHaveExpired = false }: KeyTrust,
): Promise<PublicKey> {
  await signature.verified;
  const key = keys.find((candidate) => candidate.getKeys(signature.keyID).length > 0);
  if (key === undefined) {
    throw new Error('no such key');
  }
  if (!mayHaveExpired) {
    await key.getSigningKey(signature.keyID, now);
  }
  return key;
}
