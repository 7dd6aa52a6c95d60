import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import pLimit from 'p-limit';
import type { ImageSigner, VerifySignature } from '../../src/oci/index.ts';

export interface TestKeys {
  readonly publicKey: KeyObject;
  readonly signer: ImageSigner;
  readonly verify: VerifySignature;
}

/** A key pair in memory, as `openSigningKeys` gives one. */
export function testKeys(): TestKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    publicKey,
    signer: { sign: (bytes) => Promise.resolve(sign('sha256', bytes, privateKey)) },
    verify: (bytes, signature) => verify('sha256', bytes, publicKey, signature),
  };
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** The `registry` pool of a run. */
export function testPool(): ReturnType<typeof pLimit> {
  return pLimit(4);
}
