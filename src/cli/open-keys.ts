import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { openSigningKeys, type SigningKeyOptions } from '../host/signing-keys.ts';
import { FactoryError, InternalError, LOCAL_SIGNING, type Catalog, type Target } from '../model/index.ts';
import {
  keysInForce,
  verifyWith,
  type ImageSigner,
  type KeysInForce,
  type VerifySignature,
} from '../oci/index.ts';
import type { LocalRequest } from './factory.ts';

/** Who signs for a target, and whose signatures count there: today's key, and those before it while they count. */
export interface OpenedKeys extends KeysInForce {
  readonly publicKeyFile: string;
  /** PEM. */
  readonly publicKey: string;
  /** By the key pair of this installation; where a service has the key, that signs instead. */
  readonly signer: ImageSigner;
  /** Today's key alone: what is not signed by it is signed anew. */
  readonly verifyOwn: VerifySignature;
}

type OwnKey = Omit<OpenedKeys, keyof KeysInForce>;

export interface KeyPlace {
  readonly target: Pick<Target, 'signing'>;
  /** Where the catalog's key files are. */
  readonly catalog: Pick<Catalog, 'folder'>;
}

type KeyChoices = Pick<SigningKeyOptions, 'use' | 'ifMissing'>;

/** @param place absent where no catalog is read: then it is the local pair alone */
export async function openKeys(
  request: LocalRequest,
  choices: KeyChoices,
  place?: KeyPlace,
): Promise<OpenedKeys> {
  const { kms, acceptedKeys } = place?.target.signing ?? LOCAL_SIGNING;
  const folder = place?.catalog.folder ?? '';
  const own =
    kms === undefined ? await openPair(request, choices) : await openKmsKey(path.join(folder, kms.publicKey));
  const retired = [];
  for (const { file: name, until } of acceptedKeys) {
    const file = path.join(folder, name);
    retired.push({ name, file, until, verify: verifyWith(await readPublicKey(file)) });
  }
  const { publicKeyFile: file, verifyOwn: verify } = own;
  const current = { name: kms?.uri ?? file, file, verify };
  return { ...own, ...keysInForce(current, retired, request.startedAt) };
}

async function openPair({ environment, emit }: LocalRequest, choices: KeyChoices): Promise<OwnKey> {
  const { verify: verifyOwn, ...keys } = await openSigningKeys({
    folder: ingotPaths(environment, homeFolder(environment)).config,
    password: environment['COSIGN_PASSWORD'] ?? '',
    ...choices,
  });
  if (keys.wasMade) {
    const message = `made a signing key: keep "${keys.privateKeyFile}" safe`;
    emit({ kind: 'notice', level: 'info', message });
    emit({ kind: 'notice', level: 'info', message: `who verifies needs "${keys.publicKeyFile}"` });
  }
  return { ...keys, verifyOwn };
}

async function openKmsKey(publicKeyFile: string): Promise<OwnKey> {
  const key = await readPublicKey(publicKeyFile);
  return {
    publicKeyFile,
    publicKey: key.export({ type: 'spki', format: 'pem' }).toString(),
    signer: { sign: () => Promise.reject(new InternalError('a key management service signs')) },
    verifyOwn: verifyWith(key),
  };
}

/** Committed beside the catalog, so that it is reviewed whom a target trusts. */
async function readPublicKey(file: string): Promise<KeyObject> {
  let key: KeyObject;
  try {
    key = createPublicKey(await readFile(file));
  } catch (cause) {
    throw new FactoryError('CATALOG_INVALID', `cannot read public key "${file}"`, {
      hint: 'expected a PEM file, as `cosign public-key --key …` prints one',
      cause,
    });
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new FactoryError(
      'CATALOG_INVALID',
      `cannot use public key "${file}": expected ECDSA P-256, got ${key.asymmetricKeyType ?? 'another'}`,
      { hint: 'make a key of that kind; services call it ECC_NIST_P256, EC_SIGN_P256_SHA256 or ecdsa-p256' },
    );
  }
  return key;
}
