import { createPrivateKey, randomBytes, scrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { z } from 'zod';
import { FactoryError } from '../model/index.ts';

/** cosign's own file format for private keys, so that `cosign sign --key` takes ours and we take cosign's. */
const PEM_LABEL = 'ENCRYPTED SIGSTORE PRIVATE KEY';
/** cosign before 2.0 wrote this label. */
const OLD_PEM_LABEL = 'ENCRYPTED COSIGN PRIVATE KEY';

/** Parameters that cosign writes (go-securesystemslib `encrypted`); others are refused on reading, as cosign refuses them. */
const SCRYPT = { N: 65_536, r: 8, p: 1 } as const;
const SCRYPT_MAX_BYTES = 128 * 1024 * 1024;
const KEY_BYTES = 32;
const SALT_BYTES = 32;
const NONCE_BYTES = 24;
const PEM_LINE_LENGTH = 64;

const FileSchema = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z.object({ N: z.literal(SCRYPT.N), r: z.literal(SCRYPT.r), p: z.literal(SCRYPT.p) }),
    salt: z.base64(),
  }),
  cipher: z.object({ name: z.literal('nacl/secretbox'), nonce: z.base64() }),
  ciphertext: z.base64(),
});

const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt);

/** The PEM text of `cosign.key`: PKCS #8 in NaCl's secretbox, under a key that scrypt makes from the password. */
export async function encryptPrivateKey(key: KeyObject, password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  const sealed = xsalsa20poly1305(await secretKey(password, salt), nonce).encrypt(plain);
  const file: z.infer<typeof FileSchema> = {
    kdf: { name: 'scrypt', params: SCRYPT, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(sealed).toString('base64'),
  };
  return toPem(Buffer.from(JSON.stringify(file)));
}

/** `what` names the file in messages; neither the password nor a byte of the key is ever in one. */
export async function decryptPrivateKey(pem: string, password: string, what: string): Promise<KeyObject> {
  const file = parseFile(pem, what);
  const salt = Buffer.from(file.kdf.salt, 'base64');
  const secret = await secretKey(password, salt);
  let plain: Uint8Array;
  try {
    const box = xsalsa20poly1305(secret, Buffer.from(file.cipher.nonce, 'base64'));
    plain = box.decrypt(Buffer.from(file.ciphertext, 'base64'));
  } catch {
    throw new FactoryError(
      'SIGNATURE_INVALID',
      `cannot open signing key ${what}: the password does not fit, or the file is damaged`,
      {
        hint: 'set COSIGN_PASSWORD to the password the key was made with',
      },
    );
  }
  const key = createPrivateKey({ key: Buffer.from(plain), format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new FactoryError('SIGNATURE_INVALID', `cannot use signing key ${what}: expected ECDSA P-256`);
  }
  return key;
}

function parseFile(pem: string, what: string): z.infer<typeof FileSchema> {
  const match = /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(pem);
  const [, label, body = ''] = match ?? [];
  if (label === PEM_LABEL || label === OLD_PEM_LABEL) {
    try {
      return FileSchema.parse(JSON.parse(Buffer.from(body, 'base64').toString('utf8')));
    } catch {
      // Reported below: the parser's own words could quote the file.
    }
  }
  throw new FactoryError(
    'SIGNATURE_INVALID',
    `cannot read signing key ${what}: expected a private key of cosign`,
  );
}

async function secretKey(password: string, salt: Uint8Array): Promise<Uint8Array> {
  return derive(password, salt, KEY_BYTES, { ...SCRYPT, maxmem: SCRYPT_MAX_BYTES });
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(new RegExp(`.{1,${PEM_LINE_LENGTH}}`, 'g')) ?? [];
  return [`-----BEGIN ${PEM_LABEL}-----`, ...lines, `-----END ${PEM_LABEL}-----`, ''].join('\n');
}
