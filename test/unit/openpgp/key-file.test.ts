import { generateKey, readKey } from 'openpgp';
import { describe, expect, test } from 'vitest';
import { KeyFileRefused, parseKeyFile, verifyDetached } from '../../../src/openpgp/index.ts';
import { createSigner, type Signer } from '../../support/openpgp.ts';

const NOW = new Date('2026-11-24T03:00:00Z');
const CONTENT = Buffer.from('what is signed');

async function keyringOf(signers: readonly Signer[]): Promise<Buffer> {
  const keys: Uint8Array[] = [];
  for (const { publicKey } of signers) {
    keys.push((await readKey({ armoredKey: publicKey })).write());
  }
  return Buffer.concat(keys);
}

async function signedBy(signer: Signer, keys: readonly string[]): Promise<string> {
  return verifyDetached(CONTENT, Buffer.from(await signer.detached(CONTENT)), { keys, now: NOW });
}

describe('every key of a file counts', () => {
  test.each([
    {
      summary: 'armoured blocks with text between them',
      write: async (signers: readonly Signer[]) =>
        Buffer.from(signers.map(({ publicKey }) => `the next key:\n${publicKey}`).join('\n')),
    },
    {
      summary: 'a binary keyring',
      write: keyringOf,
    },
  ])('$summary', async ({ write }) => {
    const signers = [await createSigner(), await createSigner()];
    const keys = await parseKeyFile(await write(signers));
    expect(keys).toHaveLength(2);
    for (const signer of signers) {
      expect(await signedBy(signer, keys)).toBe(signer.fingerprint);
    }
  });

  test('also where one armoured block has them all', async () => {
    const signers = [await createSigner(), await createSigner()];
    const keyring = await keyringOf(signers);
    const block = `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${keyring.toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
    expect(await parseKeyFile(Buffer.from(block))).toHaveLength(2);
  });
});

describe('what is not public keys', () => {
  const userIDs = [{ name: 'Somebody' }];

  async function privateKey(format: 'armored' | 'binary'): Promise<Uint8Array> {
    const generated =
      format === 'armored' ? await generateKey({ userIDs, format }) : await generateKey({ userIDs, format });
    return Buffer.from(generated.privateKey);
  }

  test.each([
    { summary: 'nothing', bytes: async () => Buffer.from('\n'), got: 'an empty file' },
    { summary: 'a page', bytes: async () => Buffer.from('<html>'), got: 'something else' },
    {
      summary: 'a signature',
      bytes: async () => Buffer.from(await (await createSigner()).detached(CONTENT)),
      got: '"PGP SIGNATURE"',
    },
    {
      summary: 'an armoured private key',
      bytes: () => privateKey('armored'),
      got: '"PGP PRIVATE KEY BLOCK"',
    },
    { summary: 'a binary private key', bytes: () => privateKey('binary'), got: 'a private key' },
    {
      summary: 'a damaged block',
      bytes: async () => Buffer.from((await createSigner()).publicKey.replace(/\n\n.{20}/, '\n\n')),
      got: /^what is no key: /,
    },
    { summary: 'random bytes', bytes: async () => Buffer.alloc(100, 0xff), got: /^what is no key: / },
  ])('$summary', async ({ bytes, got }) => {
    const refused = parseKeyFile(await bytes());
    await expect(refused).rejects.toThrow(KeyFileRefused);
    await expect(refused).rejects.toThrow(got);
  });
});
