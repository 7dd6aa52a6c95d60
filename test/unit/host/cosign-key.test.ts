import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { decryptPrivateKey, encryptPrivateKey } from '../../../src/host/cosign-key.ts';

// That cosign itself reads and writes the same format is tested with cosign, in test/integration/sign.itg.test.ts.

test('what is written is read again', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = await encryptPrivateKey(privateKey, 'pass word');
  expect((await decryptPrivateKey(pem, 'pass word', 'test key')).equals(privateKey)).toBe(true);
});

test('the file has the layout of cosign', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const lines = (await encryptPrivateKey(privateKey, '')).split('\n');
  expect([lines[0], ...lines.slice(-2)]).toEqual([
    '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----',
    '-----END ENCRYPTED SIGSTORE PRIVATE KEY-----',
    '',
  ]);
  const body: unknown = JSON.parse(Buffer.from(lines.slice(1, -2).join(''), 'base64').toString());
  expect(body).toEqual({
    kdf: { name: 'scrypt', params: { N: 65_536, r: 8, p: 1 }, salt: expect.stringMatching(/^.{43}=$/) },
    cipher: { name: 'nacl/secretbox', nonce: expect.stringMatching(/^.{32}$/) },
    ciphertext: expect.any(String),
  });
});

test('a key of another kind is refused', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const pem = await encryptPrivateKey(privateKey, '');
  await expect(decryptPrivateKey(pem, '', 'test key')).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
});
