import { createPublicKey, generateKeyPair, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { FactoryError } from '../model/index.ts';
import type { ImageSigner, VerifySignature } from '../oci/index.ts';
import { decryptPrivateKey, encryptPrivateKey } from './cosign-key.ts';
import { errorCode } from './storage-error.ts';

/** The key pair of this installation. Reading needs the public key alone; the private one is opened at the first signature. */
export interface SigningKeys {
  /** For cosign, and for whoever verifies our images. */
  readonly publicKeyFile: string;
  readonly privateKeyFile: string;
  /** Made just now: the user has to be told where it is, and to keep it. */
  readonly wasMade: boolean;
  readonly signer: ImageSigner;
  readonly verify: VerifySignature;
}

export interface SigningKeyOptions {
  /** Folder of `cosign.key` and `cosign.pub`, outside of every git work tree. */
  readonly folder: string;
  /** Value of COSIGN_PASSWORD; empty when it is not set, as cosign has it. */
  readonly password: string;
}

const FOLDER_MODE = 0o700;
const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;
/** Permission bits of everyone but the owner. */
const OTHERS = 0o077;

/** Opens the key pair, and makes it on first use. */
export async function openSigningKeys({ folder, password }: SigningKeyOptions): Promise<SigningKeys> {
  await refuseWorkTree(folder);
  const privateKeyFile = path.join(folder, 'cosign.key');
  const publicKeyFile = path.join(folder, 'cosign.pub');
  const made = (await exists(privateKeyFile))
    ? undefined
    : await makeKeyPair({ folder, privateKeyFile, publicKeyFile, password });
  await refuseReadable(privateKeyFile);
  const publicKey = await openPublicKey(publicKeyFile);
  let privateKey = made === undefined ? undefined : Promise.resolve(made);
  return {
    publicKeyFile,
    privateKeyFile,
    wasMade: made !== undefined,
    signer: {
      sign: async (bytes) => {
        // scrypt takes a fifth of a second: once a run, and never in a run that signs nothing.
        privateKey ??= openPrivateKey(privateKeyFile, password, publicKey);
        return sign('sha256', bytes, await privateKey);
      },
    },
    verify: (bytes, signature) => verify('sha256', bytes, publicKey, signature),
  };
}

/** A key in a work tree is one `git add` away from being published. */
async function refuseWorkTree(folder: string): Promise<void> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (await exists(path.join(at, '.git'))) {
      throw new FactoryError('USAGE', `cannot keep signing keys in "${folder}": "${at}" is a git work tree`, {
        hint: 'set XDG_CONFIG_HOME to a folder outside of it, such as ~/.config',
      });
    }
    if (path.dirname(at) === at) {
      return;
    }
  }
}

interface KeyFiles extends SigningKeyOptions {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

/**
 * The private key appears last and whole: a pair is there when `cosign.key` is, and a crash before that leaves
 * only a public key that nothing was signed with.
 */
async function makeKeyPair(files: KeyFiles): Promise<KeyObject> {
  const pair = await promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1' });
  const pem = await encryptPrivateKey(pair.privateKey, files.password);
  const unfinished = `${files.privateKeyFile}.${process.pid}`;
  try {
    await mkdir(files.folder, { recursive: true, mode: FOLDER_MODE });
    // mkdir leaves the mode of a folder that was there.
    await chmod(files.folder, FOLDER_MODE);
    await writeFile(unfinished, pem, { mode: PRIVATE_MODE, flag: 'wx' });
    const text = pair.publicKey.export({ type: 'spki', format: 'pem' });
    await writeFile(files.publicKeyFile, text, { mode: PUBLIC_MODE });
    await rename(unfinished, files.privateKeyFile);
    return pair.privateKey;
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw new FactoryError('STORAGE_FAILED', `cannot write signing keys to "${files.folder}"`, { cause });
  }
}

/** As ssh does: a key that others can read is no secret. */
async function refuseReadable(privateKeyFile: string): Promise<void> {
  const { mode } = await stat(privateKeyFile);
  if ((mode & OTHERS) !== 0) {
    throw new FactoryError(
      'USAGE',
      `cannot use signing key "${privateKeyFile}": others may read it, expected mode 600, got ${(mode & 0o777).toString(8)}`,
      { hint: `run "chmod 600 ${privateKeyFile}", and make a new key pair if someone may have read it` },
    );
  }
}

async function openPublicKey(file: string): Promise<KeyObject> {
  try {
    return createPublicKey(await readFile(file));
  } catch (cause) {
    throw new FactoryError('SIGNATURE_INVALID', `cannot read public key "${file}"`, {
      hint: `write it again with "cosign public-key --key cosign.key"`,
      cause,
    });
  }
}

async function openPrivateKey(file: string, password: string, publicKey: KeyObject): Promise<KeyObject> {
  const key = await decryptPrivateKey(await readFile(file, 'utf8'), password, `"${file}"`);
  if (!createPublicKey(key).equals(publicKey)) {
    throw new FactoryError(
      'SIGNATURE_INVALID',
      `cannot use signing key "${file}": cosign.pub is of another key`,
      {
        hint: 'restore the pair from its copy; images verify with the public key they were released with',
      },
    );
  }
  return key;
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
