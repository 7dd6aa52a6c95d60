import type { PublicKey } from 'openpgp';
import {
  latestDate,
  readKeys,
  signerOf,
  SignatureRefused,
  type KeyTrust,
  type VerificationResult,
} from './trust.ts';

/** Text that a signature covers, and whose it is. */
export interface SignedText {
  readonly text: string;
  /** Fingerprint of the primary key, 40 upper-case hex digits. */
  readonly signedBy: string;
}

/** RFC 9580 section 7: exactly these armour lines, in this order, and nothing around them. */
const ARMOUR_LINES = [
  '-----BEGIN PGP SIGNED MESSAGE-----',
  '-----BEGIN PGP SIGNATURE-----',
  '-----END PGP SIGNATURE-----',
];

/** Verifies a clear-signed file and returns only the text its signature covers. */
export async function verifyClearsigned(bytes: Uint8Array, trust: KeyTrust): Promise<SignedText> {
  const armoured = Buffer.from(bytes).toString('utf8');
  assertFraming(armoured);
  const keys = await readKeys(trust.keys);
  const { text, signatures } = await checkSignatures(armoured, keys, trust);
  return { text, signedBy: await signerOf(signatures, keys, trust) };
}

/** A parser may skip text before or after the signed part; a reader of the file might not. */
function assertFraming(armoured: string): void {
  const markers = armoured.match(/^-----.*$/gm) ?? [];
  const framed = armoured.startsWith('-----BEGIN') && /-----END PGP SIGNATURE-----\r?\n?$/.test(armoured);
  const expected =
    markers.length === ARMOUR_LINES.length && ARMOUR_LINES.every((line, i) => markers[i]?.trimEnd() === line);
  if (!framed || !expected) {
    throw new SignatureRefused('expected one clear-signed message and nothing else');
  }
}

interface CheckedMessage {
  readonly text: string;
  readonly signatures: readonly VerificationResult[];
}

async function checkSignatures(
  armoured: string,
  keys: PublicKey[],
  trust: KeyTrust,
): Promise<CheckedMessage> {
  const { readCleartextMessage, verify } = await import('openpgp');
  try {
    const message = await readCleartextMessage({ cleartextMessage: armoured });
    const { data, signatures } = await verify({ message, verificationKeys: keys, date: latestDate(trust) });
    return { text: data, signatures };
  } catch (cause) {
    throw new SignatureRefused('it is not a clear-signed message', { cause });
  }
}
