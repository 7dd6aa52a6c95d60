import type { DigestRef } from '../model/index.ts';
import { envelopePayload, openEnvelope, type VerifySignature } from '../oci/index.ts';

/** Whose signatures count, and how cosign is told so. */
export interface Trust {
  /** `key "/etc/ingot/cosign.pub"`, or `release@example.com by https://accounts.example.com`. */
  readonly identity: string;
  /** Arguments of `cosign verify` and `verify-attestation` that say the same. */
  readonly cosignArgs: readonly string[];
  /** For release records, which cosign does not know; absent where only cosign can tell. */
  readonly verify?: VerifySignature;
  /** Makes ready to judge what is attached to one image. */
  readonly judge: (ref: DigestRef, types: readonly string[]) => Promise<Judge>;
}

/** Says of what is attached to one image whether it counts. */
export interface Judge {
  /** Of cosign's simple signing. */
  readonly acceptsSignature: (payload: Uint8Array, signature: Uint8Array) => boolean;
  /** The statement of an envelope that counts; undefined of any other. */
  readonly accept: (envelope: Uint8Array, what: string) => Uint8Array | undefined;
}

/** One key, or several while keys change. */
export function keyTrust(key: {
  readonly name: string;
  readonly file: string;
  readonly verify: VerifySignature;
}): Trust {
  const judge: Judge = {
    acceptsSignature: key.verify,
    accept: (envelope, what) => {
      // reading it first: what is no envelope is told apart from what is not signed
      envelopePayload(envelope, what);
      try {
        return openEnvelope(envelope, key.verify, what);
      } catch {
        return undefined;
      }
    },
  };
  return {
    identity: key.name,
    cosignArgs: [
      `--key=${key.file}`,
      // a key pair of one's own has no entry in a public transparency log
      '--insecure-ignore-tlog=true',
    ],
    verify: key.verify,
    judge: () => Promise.resolve(judge),
  };
}
