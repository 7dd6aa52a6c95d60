import { generateKeyPairSync, sign, verify } from 'node:crypto';
import pLimit from 'p-limit';
import type { ImageSigner, VerifySignature } from '../../src/oci/index.ts';

export interface TestKeys {
  readonly signer: ImageSigner;
  readonly verify: VerifySignature;
}

/** A key pair in memory, as `openSigningKeys` gives one. */
export function testKeys(): TestKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    signer: { sign: (bytes) => Promise.resolve(sign('sha256', bytes, privateKey)) },
    verify: (bytes, signature) => verify('sha256', bytes, publicKey, signature),
  };
}

/** The `registry` pool of a run. */
export function testPool(): ReturnType<typeof pLimit> {
  return pLimit(4);
}
