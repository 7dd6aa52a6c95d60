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
  return { keyid: keyIdOf(key), ...key };
}

/** Section 4.2: the digest over the canonical form of the rest. */
function keyIdOf(key: Json): string {
  return createHash('sha256').update(canonicalJson(key)).digest('hex');
}

/** As in-toto 3 for Python has it of a PEM file (securesystemslib 1.0): without the algorithms, with the last newline. */
function newerKeyIdOf({ keytype, scheme, keyval }: PublicKey): string {
  return keyIdOf({ keytype, scheme, keyval: { public: `${keyval.public}\n` } });
}

/** What is signed, and its signature: the form that every in-toto verifier reads, under each id the key may have there. */
export async function signMetadata(signed: Json, { key, signer }: MetadataSigner): Promise<string> {
  const sig = Buffer.from(await signer.sign(Buffer.from(canonicalJson(signed)))).toString('hex');
  const signatures = [key.keyid, newerKeyIdOf(key)].map((keyid) => ({ keyid, sig }));
  return `${JSON.stringify({ signatures, signed }, null, 1)}\n`;
}
