import { FactoryError, type DigestRef } from '../model/index.ts';
import { openEnvelope, RetiredKeyError, type KeysInForce, type TrustedKey } from '../oci/index.ts';

/** Whose signatures count, and how cosign is told so. */
export interface Trust extends KeysInForce {
  /** Has to have signed the image as well, with a certificate. */
  readonly identity?: TrustedIdentity;
  /** Sigstore's trusted root: an empty one will do for bundles, as the key is named. */
  readonly trustedRootFile: string;
}

/** Who signs without a key. Certificates and transparency logs are cosign's to verify. */
export interface TrustedIdentity {
  /** `release@example.com (by https://accounts.example.com)` */
  readonly name: string;
  /** Why an image does not count as theirs, in cosign's words; undefined where it does. */
  readonly refusal: (ref: DigestRef) => Promise<string | undefined>;
  /** The command that asks for it. */
  readonly cosign: (ref: DigestRef) => readonly string[];
}

/** `key /etc/ingot/cosign.pub or key keys/2025.pub`: what messages call the keys that count. */
export function keysText({ keys }: Pick<Trust, 'keys'>): string {
  return keys.map(({ name }) => `key ${name}`).join(' or ');
}

/** All whose signatures count. */
export function trustText({ keys, identity }: Pick<Trust, 'keys' | 'identity'>): string {
  return identity === undefined ? keysText({ keys }) : `${keysText({ keys })}, and ${identity.name}`;
}

/** An envelope's statement and who signed it, or why it does not count. */
export type OpenedEnvelope =
  | { readonly kind: 'ours'; readonly payload: Uint8Array; readonly key: TrustedKey }
  | { readonly kind: 'untrusted'; readonly reason: string };

/** What is no envelope at all is an error: it is told apart from what somebody else signed. */
export function openTrusted(
  envelope: Uint8Array,
  { keys, verify }: KeysInForce,
  what: string,
): OpenedEnvelope {
  for (const key of keys) {
    const payload = openWith(envelope, key.verify, what);
    if (!(payload instanceof FactoryError)) {
      return { kind: 'ours', payload, key };
    }
  }
  const refusal = openWith(envelope, verify, what);
  const reason = refusal instanceof RetiredKeyError ? refusal.reason : 'it is signed by somebody else';
  return { kind: 'untrusted', reason };
}

function openWith(
  envelope: Uint8Array,
  verify: KeysInForce['verify'],
  what: string,
): Uint8Array | FactoryError {
  try {
    return openEnvelope(envelope, verify, what);
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'SIGNATURE_INVALID') {
      return error;
    }
    throw error;
  }
}
