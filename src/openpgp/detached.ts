import type { PublicKey } from 'openpgp';
import {
  latestDate,
  readKeys,
  signerOf,
  SignatureRefused,
  type KeyTrust,
  type VerificationResult,
} from './trust.ts';

/** Verifies bytes by a detached signature, armoured or binary; returns the fingerprint of who signed. */
export async function verifyDetached(
  bytes: Uint8Array,
  signature: Uint8Array,
  trust: KeyTrust,
): Promise<string> {
  const keys = await readKeys(trust.keys);
  return signerOf(await checkSignatures(bytes, signature, { keys, trust }), keys, trust);
}

async function checkSignatures(
  bytes: Uint8Array,
  detached: Uint8Array,
  { keys, trust }: { readonly keys: PublicKey[]; readonly trust: KeyTrust },
): Promise<readonly VerificationResult[]> {
  const { createMessage, readSignature, verify } = await import('openpgp');
  try {
    const text = Buffer.from(detached).toString('utf8');
    const signature = text.startsWith('-----BEGIN PGP SIGNATURE-----')
      ? await readSignature({ armoredSignature: text })
      : await readSignature({ binarySignature: detached });
    const message = await createMessage({ binary: bytes });
    const checked = await verify({ message, signature, verificationKeys: keys, date: latestDate(trust) });
    return checked.signatures;
  } catch (cause) {
    throw new SignatureRefused('it is not a signature', { cause });
  }
}
