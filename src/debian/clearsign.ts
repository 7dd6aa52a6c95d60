import { readCleartextMessage, readKey, verify, type PublicKey, type VerifyMessageResult } from 'openpgp';
import { FactoryError } from '../model/index.ts';

type VerificationResult = VerifyMessageResult['signatures'][number];

/** Text that a signature covers, and whose it is. */
export interface SignedText {
  readonly text: string;
  /** Fingerprint of the primary key, 40 upper-case hex digits. */
  readonly signedBy: string;
}

export interface SignatureOptions {
  /** ASCII-armoured public keys, one each. */
  readonly keys: readonly string[];
  /** Keys expired or revoked at this time are not accepted. */
  readonly now: Date;
  /** Names the file in messages. */
  readonly source: string;
}

/** An hour: clocks differ, but an index from the future would make every later one look rolled back. */
export const MAX_CLOCK_SKEW_MS = 3_600_000;

/** RFC 9580 section 7: exactly these armour lines, in this order, and nothing around them. */
const ARMOUR_LINES = [
  '-----BEGIN PGP SIGNED MESSAGE-----',
  '-----BEGIN PGP SIGNATURE-----',
  '-----END PGP SIGNATURE-----',
];

/**
 * Verifies a clear-signed file and returns only the text its signature covers. One valid signature by one
 * of the keys, or by a signing subkey of one, is enough: Debian signs with the keys of two releases at a time.
 */
export async function verifyClearsigned(bytes: Uint8Array, options: SignatureOptions): Promise<SignedText> {
  const armoured = Buffer.from(bytes).toString('utf8');
  assertFraming(armoured, options.source);
  const keys = await readKeys(options.keys);
  const { text, signatures } = await checkSignatures(armoured, keys, options);
  const rejected: string[] = [];
  for (const signature of signatures) {
    try {
      const key = await primaryKeyOf(signature, keys, options.now);
      return { text, signedBy: key.getFingerprint().toUpperCase() };
    } catch (error) {
      rejected.push(`${signature.keyID.toHex()} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  const got = rejected.length === 0 ? 'none' : rejected.join(', ');
  throw invalid(options.source, `expected a valid signature by one of the accepted keys, got ${got}`);
}

async function readKeys(armouredKeys: readonly string[]): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  for (const armoredKey of armouredKeys) {
    const key = await readKey({ armoredKey });
    keys.push(key.toPublic());
  }
  return keys;
}

/** A parser may skip text before or after the signed part; a reader of the file might not. */
function assertFraming(armoured: string, source: string): void {
  const markers = armoured.match(/^-----.*$/gm) ?? [];
  const framed = armoured.startsWith('-----BEGIN') && /-----END PGP SIGNATURE-----\r?\n?$/.test(armoured);
  const expected =
    markers.length === ARMOUR_LINES.length && ARMOUR_LINES.every((line, i) => markers[i]?.trimEnd() === line);
  if (!framed || !expected) {
    throw invalid(source, 'expected one clear-signed message and nothing else');
  }
}

interface CheckedMessage {
  readonly text: string;
  readonly signatures: readonly VerificationResult[];
}

async function checkSignatures(
  armoured: string,
  keys: PublicKey[],
  options: SignatureOptions,
): Promise<CheckedMessage> {
  const date = new Date(options.now.getTime() + MAX_CLOCK_SKEW_MS);
  try {
    const message = await readCleartextMessage({ cleartextMessage: armoured });
    const { data, signatures } = await verify({ message, verificationKeys: keys, date });
    return { text: data, signatures };
  } catch (cause) {
    throw invalid(options.source, 'it is not a clear-signed message', cause);
  }
}

/**
 * openpgp checks that the key was valid when it signed; like apt, we also want it to be valid now, or a
 * stolen key could go on signing with old dates.
 */
async function primaryKeyOf(
  signature: VerificationResult,
  keys: readonly PublicKey[],
  now: Date,
): Promise<PublicKey> {
  await signature.verified;
  const key = keys.find((candidate) => candidate.getKeys(signature.keyID).length > 0);
  if (key === undefined) {
    throw new Error('no such key');
  }
  await key.getSigningKey(signature.keyID, now);
  return key;
}

function invalid(source: string, reason: string, cause?: unknown): FactoryError {
  return new FactoryError('INDEX_SIGNATURE_INVALID', `cannot trust ${source}: ${reason}`, {
    cause,
    hint: "the mirror, or something between, changed the file, or this machine's clock is wrong; the keys we accept are in data/debian-archive-keys",
  });
}
