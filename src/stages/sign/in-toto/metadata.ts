import { createHash } from 'node:crypto';
import type { ImageSigner } from '../../../oci/index.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Json } from './canonical-json.ts';

/** Lower-case hex digests by algorithm. */
export type Hashes = Readonly<Record<string, string>>;

/** What a step read or made: digests by name. */
export type Artifacts = Readonly<Record<string, Hashes>>;

/** A public key as layouts hold it (in-toto specification 1.0, section 4.2). */
export interface PublicKey {
  readonly keyid: string;
  readonly keytype: 'ecdsa';
  readonly scheme: 'ecdsa-sha2-nistp256';
  readonly keyid_hash_algorithms: readonly string[];
  readonly keyval: { readonly public: string };
}

/** Signs with a key that verifiers find by its id. */
export interface MetadataSigner {
  readonly key: PublicKey;
  readonly signer: ImageSigner;
}

/** A file for an in-toto verifier. */
export interface MetadataFile {
  readonly name: string;
  readonly text: string;
}

/** @param pem of an ECDSA P-256 key: what signs images here */
export function publicKeyOf(pem: string): PublicKey {
  const key = {
    keytype: 'ecdsa',
    scheme: 'ecdsa-sha2-nistp256',
    keyid_hash_algorithms: ['sha256', 'sha512'],
    keyval: { public: pem.trim() },
  } as const;
  // section 4.2: the id is the digest over the canonical form of the rest
  return { keyid: createHash('sha256').update(canonicalJson(key)).digest('hex'), ...key };
}

/** What is signed, and its signature: the form that every in-toto verifier reads. */
export async function signMetadata(signed: Json, { key, signer }: MetadataSigner): Promise<string> {
  const signature = await signer.sign(Buffer.from(canonicalJson(signed)));
  const signatures = [{ keyid: key.keyid, sig: Buffer.from(signature).toString('hex') }];
  return `${JSON.stringify({ signatures, signed }, null, 1)}\n`;
}
