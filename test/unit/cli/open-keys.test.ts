import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { assertFurtherSigners } from '../../../src/cli/open-further-signers.ts';
import { openKeys } from '../../../src/cli/open-keys.ts';
import type { Signing, Target } from '../../../src/model/index.ts';
import { ownCatalog } from '../../support/repository.ts';
import { pemOf, testKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const catalog = await ownCatalog();
const BYTES = Buffer.from('text');
const { signal } = new AbortController();

/** A machine with nothing on it, and a catalog with key files. */
async function openWith(signing: Signing, files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
  }
  const request = {
    environment: { HOME: folder, XDG_CONFIG_HOME: path.join(folder, 'config') },
    cwd: folder,
    startedAt: new Date('2026-11-26T03:00:00Z'),
    emit: () => undefined,
    signal,
  };
  const place = { target: { signing }, catalog: { folder } };
  return openKeys(request, { use: 'sign', ifMissing: 'make' }, place);
}

test('a key in a service needs its public key, and no pair', async () => {
  const kms = testKeys();
  const signing = { kms: { uri: 'awskms:///alias/a', publicKey: 'kms.pub' }, acceptedKeys: [] };
  const keys = await openWith(signing, { 'kms.pub': pemOf(kms.publicKey) });
  expect(keys.publicKey).toBe(pemOf(kms.publicKey));
  expect(keys.verify).toBe(keys.verifyOwn);
  expect(keys.verify(BYTES, await kms.signer.sign(BYTES))).toBe(true);
});

test('what a retired key signed counts where something is read, and not as our own', async () => {
  const old = testKeys();
  const signing = { acceptedKeys: [{ file: 'old.pub', until: '2026-11-26' }] };
  const keys = await openWith(signing, { 'old.pub': pemOf(old.publicKey) });
  const signature = await old.signer.sign(BYTES);
  expect(keys.verify(BYTES, signature)).toBe(true);
  expect(keys.verifyOwn(BYTES, signature)).toBe(false);
  expect(keys.verify(BYTES, await keys.signer.sign(BYTES))).toBe(true);
});

test.each([
  { summary: 'is not there', files: {}, message: /^cannot read public key ".*old\.pub"$/ },
  { summary: 'is no key', files: { 'old.pub': 'hello' }, message: /^cannot read public key ".*old\.pub"$/ },
  {
    summary: 'is of another kind',
    files: { 'old.pub': pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey) },
    message: /^cannot use public key ".*old\.pub": expected ECDSA P-256, got rsa$/,
  },
])('a public key that $summary', async ({ files, message }) => {
  const signing = { acceptedKeys: [{ file: 'old.pub', until: '2026-12-31' }] };
  await expect(openWith(signing, files)).rejects.toMatchObject({
    code: 'CATALOG_INVALID',
    message: expect.stringMatching(message),
  });
});

test('a signer that is not there stops a run before it begins', async () => {
  const target: Target = {
    name: 'local',
    kind: 'local',
    signing: {
      acceptedKeys: [],
      keyless: {
        fulcio: 'https://f.example.com',
        rekor: 'https://r.example.com',
        identity: 'ci@example.com',
        issuer: 'https://token.example.com',
        tokenVariable: 'CI_TOKEN',
      },
    },
  };
  const request = { catalog, target, environment: {}, signal };
  await expect(assertFurtherSigners(request)).rejects.toMatchObject({
    code: 'USAGE',
    message: 'cannot sign as "ci@example.com": expected an identity token in CI_TOKEN, got none',
  });
  const github = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://id', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a' };
  for (const environment of [{ CI_TOKEN: 'a.b.c' }, github]) {
    await expect(assertFurtherSigners({ ...request, environment })).resolves.toBe(undefined);
  }
  const signing = { acceptedKeys: [], notation: { kind: 'key', name: 'golden' } } as const;
  await expect(assertFurtherSigners({ ...request, target: { ...target, signing } })).rejects.toMatchObject({
    message: expect.stringMatching(/^cannot sign with notation: /),
  });
});
