import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { openTrust } from '../../../src/cli/open-trust.ts';
import { openTrustedKeys } from '../../../src/cli/open-trusted-keys.ts';
import { keyChoice, type TrustChoice } from '../../../src/cli/trust-choice.ts';
import type { Keyless, Sha256, Signing } from '../../../src/model/index.ts';
import { trustText } from '../../../src/verify/index.ts';
import { pemOf, testKeys, type TestKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BYTES = Buffer.from('text');
const [own, old, kms, stranger] = [testKeys(), testKeys(), testKeys(), testKeys()];

const ACCEPTED: Signing = { acceptedKeys: [{ file: 'old.pub', until: '2026-12-31' }] };
const IN_SERVICE: Signing = {
  ...ACCEPTED,
  kms: { uri: 'awskms:///alias/golden', publicKey: 'kms.pub' },
};
const KEYLESS: Keyless = {
  fulcio: 'https://fulcio.example.com',
  rekor: 'https://rekor.example.com',
  identity: 'ci@example.com',
  issuer: 'https://token.example.com',
  tokenVariable: 'CI_TOKEN',
  roots: { fulcio: 'roots/fulcio.pem', rekor: 'roots/rekor.pem', ctlog: 'roots/ctlog.pem' },
};

/** A machine with this installation's public key, a catalog with key files, and a cosign that fetches a key. */
async function machine() {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'config/ingot'), { recursive: true });
  const files = { 'config/ingot/cosign.pub': own, 'old.pub': old, 'kms.pub': kms, 'their.pub': stranger };
  for (const [name, { publicKey }] of Object.entries(files)) {
    await writeFile(path.join(folder, name), pemOf(publicKey));
  }
  const script = `#!/bin/sh\n[ "$1" = version ] || exec cat ${folder}/their.pub\n`;
  await writeFile(path.join(folder, 'cosign'), script, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  return folder;
}

async function requestOf(signing: Signing | undefined, trust: TrustChoice) {
  const folder = await machine();
  return {
    folder,
    environment: { HOME: folder, XDG_CONFIG_HOME: path.join(folder, 'config') },
    cwd: folder,
    startedAt: new Date('2026-11-26T03:00:00Z'),
    emit: () => undefined,
    signal: new AbortController().signal,
    trust,
    names: ['python-3.13'],
    target: { name: 'production', kind: 'local', ...(signing && { signing }) } as const,
    openCatalog: () => Promise.resolve({ folder }),
  };
}

const EVERYBODY = { own, old, kms, stranger };
type Somebody = keyof typeof EVERYBODY;

test.each<{ summary: string; signing?: Signing; key?: string; counts: readonly Somebody[] }>([
  { summary: 'no catalog', counts: ['own'] },
  { summary: 'a target with an older key', signing: ACCEPTED, counts: ['own', 'old'] },
  { summary: 'a target whose key is in a service', signing: IN_SERVICE, counts: ['kms', 'old'] },
  { summary: 'a key that is named', signing: IN_SERVICE, key: 'their.pub', counts: ['stranger'] },
  { summary: 'a key of a service', signing: ACCEPTED, key: 'awskms:///alias/a', counts: ['stranger'] },
])('$summary: $counts', async ({ signing, key, counts }) => {
  const { verify } = await openTrustedKeys(await requestOf(signing, { key: keyChoice(key) }));
  const counting = [];
  for (const [name, { signer }] of Object.entries<TestKeys>(EVERYBODY)) {
    counting.push(...(verify(BYTES, await signer.sign(BYTES)) ? [name] : []));
  }
  expect(counting.sort()).toEqual([...counts].sort());
});

const THEIR_IDENTITY = { identity: 'them@example.com', issuer: 'https://id.example.com' };

test.each<{ summary: string; choice: TrustChoice; name: RegExp }>([
  {
    summary: 'what the target promises',
    choice: { key: { kind: 'target' } },
    name: /^key .*cosign\.pub, and ci@example\.com \(by https:\/\/token\.example\.com\)$/,
  },
  {
    summary: 'a key that is named stands for itself',
    choice: { key: { kind: 'file', file: 'their.pub' } },
    name: /^key .*their\.pub$/,
  },
  {
    summary: 'a key, and an identity beside it',
    choice: { key: { kind: 'file', file: 'their.pub' }, identity: THEIR_IDENTITY },
    name: /^key .*their\.pub, and them@example\.com \(by https:\/\/id\.example\.com\)$/,
  },
])('$summary', async ({ choice, name }) => {
  const signing = { acceptedKeys: [], keyless: KEYLESS };
  expect(trustText(await openTrust(await requestOf(signing, choice), new AsyncDisposableStack()))).toMatch(
    name,
  );
});

test("a service of the target's own is asked by its roots", async () => {
  const signing = { acceptedKeys: [], keyless: KEYLESS };
  const request = await requestOf(signing, { key: { kind: 'target' } });
  const { identity } = await openTrust(request, new AsyncDisposableStack());
  const ref = { repository: 'r.example.com/x', digest: `sha256:${'a'.repeat(64)}` as Sha256 };
  expect(identity?.cosign(ref)).toEqual([
    'env',
    `SIGSTORE_ROOT_FILE=${request.folder}/roots/fulcio.pem`,
    `SIGSTORE_REKOR_PUBLIC_KEY=${request.folder}/roots/rekor.pem`,
    `SIGSTORE_CT_LOG_PUBLIC_KEY_FILE=${request.folder}/roots/ctlog.pem`,
    'cosign',
    'verify',
    '--certificate-identity=ci@example.com',
    '--certificate-oidc-issuer=https://token.example.com',
    '--rekor-url=https://rekor.example.com',
    '--new-bundle-format=false',
    `${ref.repository}@${ref.digest}`,
  ]);
});
