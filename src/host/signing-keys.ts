import { createPublicKey, generateKeyPair, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { chmod, link, lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeWhole } from '../files/index.ts';
import { errorCode, FactoryError, storageError } from '../model/index.ts';
import { verifyWith } from '../oci/index.ts';
import type { ImageSigner, VerifySignature } from '../oci/index.ts';

/** The key pair of this installation. Reading needs the public key alone; the private one is opened at the first signature. */
export interface SigningKeys {
  /** For cosign, and for whoever verifies our images. */
  readonly publicKeyFile: string;
  /** Its text. */
  readonly publicKey: string;
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
  /** Reading what is published takes the public key alone. */
  readonly use: 'sign' | 'verify';
  /** Where there is no pair yet. One that nobody keeps would sign what nobody can verify tomorrow. */
  readonly ifMissing: 'make' | 'refuse';
}

interface KeyFiles extends SigningKeyOptions {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
}

const FOLDER_MODE = 0o700;
const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;
/** Permission bits of everyone but the owner. */
const OTHERS = 0o077;

/** Opens the key pair, and makes it on first use. */
export async function openSigningKeys(options: SigningKeyOptions): Promise<SigningKeys> {
  const { folder, ifMissing } = options;
  await refuseWorkTree(folder);
  const privateKeyFile = path.join(folder, 'cosign.key');
  const publicKeyFile = path.join(folder, 'cosign.pub');
  const files = { ...options, privateKeyFile, publicKeyFile };
  // In this order: a first run that goes on meanwhile writes the private key first.
  const hasPublicKey = await exists(publicKeyFile);
  const hasPrivateKey = await exists(privateKeyFile);
  if (hasPublicKey && !hasPrivateKey) {
    return publicKeyAlone(files);
  }
  if (!hasPrivateKey && ifMissing === 'refuse') {
    throw missingKeyError(files);
  }
  const made = hasPrivateKey ? undefined : await makePrivateKey(files);
  await refuseReadable(privateKeyFile);
  if (!hasPublicKey) {
    await writePublicKey(files, made ?? (await openPrivateKey(files)));
  }
  const publicKey = await readPublicKey(publicKeyFile);
  let privateKey = made && Promise.resolve(made);
  return {
    publicKeyFile,
    publicKey: pemOf(publicKey),
    privateKeyFile,
    wasMade: made !== undefined,
    signer: {
      sign: async (bytes) => {
        // scrypt takes a fifth of a second: once a run, and never in a run that signs nothing.
        privateKey ??= openPair(files, publicKey);
        return sign('sha256', bytes, await privateKey);
      },
    },
    verify: verifyWith(publicKey),
  };
}

async function publicKeyAlone(files: KeyFiles): Promise<SigningKeys> {
  const { privateKeyFile, publicKeyFile, use } = files;
  if (use === 'sign') {
    throw lostKeyError(files);
  }
  const publicKey = await readPublicKey(publicKeyFile);
  return {
    publicKeyFile,
    publicKey: pemOf(publicKey),
    privateKeyFile,
    wasMade: false,
    signer: { sign: () => Promise.reject(lostKeyError(files)) },
    verify: verifyWith(publicKey),
  };
}

/** A key in a work tree is one `git add` away from being published. */
async function refuseWorkTree(folder: string): Promise<void> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    if (await exists(path.join(at, '.git'))) {
      throw new FactoryError('USAGE', `cannot keep signing keys in "${folder}": "${at}" is a git work tree`, {
        hint: `set XDG_CONFIG_HOME to a folder outside of "${at}"`,
      });
    }
    if (path.dirname(at) === at) {
      return;
    }
  }
}

/** Images were released with the key that is lost: a new pair in its place would make all of them invalid. */
function lostKeyError({ privateKeyFile, publicKeyFile }: KeyFiles): FactoryError {
  return new FactoryError(
    'SIGNATURE_INVALID',
    `cannot open signing key "${privateKeyFile}": it is gone, but "${publicKeyFile}" is there`,
    { hint: 'restore it from its copy; to start anew with another pair, move the public key away first' },
  );
}

function missingKeyError({ folder, privateKeyFile, use }: KeyFiles): FactoryError {
  return new FactoryError(
    'USAGE',
    `cannot open signing key "${privateKeyFile}": expected the key that what is published is signed with, got none`,
    {
      hint:
        use === 'sign'
          ? 'write cosign.key there from a secret, mode 600, and its password to COSIGN_PASSWORD; a new pair is made at a terminal, or for the target "local"'
          : `to read takes no more than the cosign.pub of whoever published: put it into "${folder}"; verify, reproduce, show and diff also take it as --key FILE`,
    },
  );
}

/**
 * The private key appears whole, and never in the place of another: of two first runs at the same time one is too
 * late, gets nothing here, and uses the other's.
 */
async function makePrivateKey(files: KeyFiles): Promise<KeyObject | undefined> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1' });
  const { encryptPrivateKey } = await import('./cosign-key.ts');
  const pem = await encryptPrivateKey(privateKey, files.password);
  const unfinished = `${files.privateKeyFile}.${randomUUID()}`;
  try {
    await mkdir(files.folder, { recursive: true, mode: FOLDER_MODE });
    // mkdir leaves the mode of a folder that was there.
    await chmod(files.folder, FOLDER_MODE);
    await writeFile(unfinished, pem, { mode: PRIVATE_MODE, flag: 'wx' });
    await link(unfinished, files.privateKeyFile);
    return privateKey;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      return undefined;
    }
    throw storageError(files.privateKeyFile, files.folder, error);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Of the private key as it is on disk, so that it fits whoever writes it: also after a first run that died. */
async function writePublicKey(files: KeyFiles, privateKey: KeyObject): Promise<void> {
  const text = pemOf(createPublicKey(privateKey));
  await writeWhole(files.publicKeyFile, text, { mode: PUBLIC_MODE });
}

function pemOf(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
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

async function readPublicKey(file: string): Promise<KeyObject> {
  try {
    return createPublicKey(await readFile(file));
  } catch (cause) {
    throw new FactoryError('SIGNATURE_INVALID', `cannot read public key "${file}"`, {
      hint: 'move it away: it is made again from cosign.key',
      cause,
    });
  }
}

async function openPrivateKey({ privateKeyFile, password }: KeyFiles): Promise<KeyObject> {
  const { decryptPrivateKey } = await import('./cosign-key.ts');
  return decryptPrivateKey(await readFile(privateKeyFile, 'utf8'), password, `"${privateKeyFile}"`);
}

async function openPair(files: KeyFiles, publicKey: KeyObject): Promise<KeyObject> {
  const key = await openPrivateKey(files);
  if (!createPublicKey(key).equals(publicKey)) {
    throw new FactoryError(
      'SIGNATURE_INVALID',
      `cannot use signing key "${files.privateKeyFile}": cosign.pub is of another key`,
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
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) {
      return false;
    }
    throw storageError(file, path.dirname(file), error);
  }
}
