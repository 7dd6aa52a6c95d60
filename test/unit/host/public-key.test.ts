import { generateKeyPairSync, sign, type KeyPairKeyObjectResult } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readVerifyingKey } from '../../../src/host/public-key.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BYTES = Buffer.from('what is signed');

async function fileOf(text: string): Promise<string> {
  const file = path.join(await temporaryFolder(), 'cosign.pub');
  await writeFile(file, text);
  return file;
}

function pem({ publicKey }: KeyPairKeyObjectResult): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

test.each([
  { kind: 'ECDSA P-256', pair: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), algorithm: 'sha256' },
  { kind: 'RSA', pair: generateKeyPairSync('rsa', { modulusLength: 2048 }), algorithm: 'sha256' },
  { kind: 'Ed25519', pair: generateKeyPairSync('ed25519'), algorithm: null },
])('$kind', async ({ pair, algorithm }) => {
  const verify = await readVerifyingKey(await fileOf(pem(pair)));
  const signature = sign(algorithm, BYTES, pair.privateKey);
  expect(verify(BYTES, signature)).toBe(true);
  expect(verify(Buffer.from('something else'), signature)).toBe(false);
});

test.each([
  { summary: 'a private key', text: '-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n' },
  { summary: 'no key', text: 'hello' },
  { summary: 'a damaged key', text: '-----BEGIN PUBLIC KEY-----\nMIGH\n-----END PUBLIC KEY-----\n' },
])('$summary is refused', async ({ text }) => {
  await expect(readVerifyingKey(await fileOf(text))).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('expected PEM'),
  });
});

test('a file that is not there', async () => {
  await expect(readVerifyingKey('/nowhere/cosign.pub')).rejects.toMatchObject({ code: 'USAGE' });
});
