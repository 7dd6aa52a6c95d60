import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FactoryError } from '../model/index.ts';
import type { VerifySignature } from '../oci/index.ts';

/** A public key that somebody names: PEM, as `cosign public-key` and `openssl` write it. */
export async function readVerifyingKey(file: string): Promise<VerifySignature> {
  return toVerify(parseKey(await readText(file), file));
}

/** `name` is where the text comes from. */
export function parseVerifyingKey(pem: string, name: string): VerifySignature {
  return toVerify(parseKey(pem, name));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new FactoryError('USAGE', `cannot read public key "${file}": it cannot be read`, {
      hint: 'name the cosign.pub of whoever published the image',
      cause,
    });
  }
}

function parseKey(pem: string, name: string): KeyObject {
  // A private key would do for Node, which takes its public half: nobody who verifies should have one.
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) {
    throw notAKey(name);
  }
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw notAKey(name, cause);
  }
}

function notAKey(name: string, cause?: unknown): FactoryError {
  return new FactoryError('USAGE', `cannot use public key "${name}": expected PEM with "BEGIN PUBLIC KEY"`, {
    hint: 'name the cosign.pub of whoever published the image',
    cause,
  });
}

/** ECDSA and RSA over SHA-256, and Ed25519, as cosign verifies them. */
function toVerify(key: KeyObject): VerifySignature {
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return (bytes, signature) => verify(algorithm, bytes, key, signature);
}
