import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../../../src/stages/sign/in-toto/canonical-json.ts';
import type { Json } from '../../../../../src/stages/sign/in-toto/canonical-json.ts';
import {
  makeStepKeys,
  pipelineMetadata,
  publicKeyOf,
  signLayoutAnew,
} from '../../../../../src/stages/sign/index.ts';
import { EVIDENCE } from '../../../../support/pipeline-evidence.ts';
import { ROOT } from '../../../../support/source-tree.ts';
import { pemOf, testKeys } from '../../../../support/signing.ts';

const EXPIRES = new Date('2030-01-02T03:04:05.678Z');

async function made() {
  const keys = testKeys();
  const owner = { key: publicKeyOf(pemOf(keys.publicKey)), signer: keys.signer };
  const steps = await makeStepKeys();
  return { keys, owner, steps, files: await pipelineMetadata(EVIDENCE, EXPIRES, { owner, steps }) };
}

interface Metadata {
  readonly signed: Json;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

function parse(text = ''): Metadata {
  return JSON.parse(text) as Metadata;
}

test('a layout and a link for each step, named as in-toto looks for them', async () => {
  const { files, steps } = await made();
  const links = Object.entries(steps).map(([step, { key }]) => `${step}.${key.keyid.slice(0, 8)}.link`);
  expect(files.map(({ name }) => name)).toEqual(['root.layout', ...links]);
  expect(new Set(Object.values(steps).map(({ key }) => key.keyid)).size).toBe(5);
});

test('what they say (rewrite with npm run golden)', async () => {
  const { files, steps } = await made();
  let text = files.map((file) => JSON.stringify(parse(file.text).signed, null, 2)).join('\n');
  for (const [step, { key }] of Object.entries(steps)) {
    text = text.replaceAll(key.keyid, `<id of ${step}'s key>`);
    text = text.replaceAll(JSON.stringify(key.keyval.public).slice(1, -1), `<${step}'s key>`);
  }
  await expect(`${text}\n`).toMatchFileSnapshot(path.join(ROOT, 'test/golden/in-toto.txt'));
});

test('the owner signs the layout, each step its own link', async () => {
  const { files, owner, keys } = await made();
  const [layout] = files.map(({ text }) => parse(text));
  const [signature] = layout?.signatures ?? [];
  expect(signature?.keyid).toBe(owner.key.keyid);
  const bytes = Buffer.from(canonicalJson(layout?.signed ?? null));
  expect(keys.verify(bytes, Buffer.from(signature?.sig ?? '', 'hex'))).toBe(true);
});

test('a signature stands under the ids that verifiers of any version have for the key', async () => {
  // ids as in-toto 1.3.1 and in-toto-golang 0.11, and as in-toto 3.1 computed them for this key
  const pem = [
    '-----BEGIN PUBLIC KEY-----',
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8CkFzCddX19qhHCIQ1td8G0E62/R',
    'ZfmjKtbZe3IiUXReotscpa7jUZuzU8/ktYrWlxhKqXIK4blFJ31gIS9BsQ==',
    '-----END PUBLIC KEY-----',
    '',
  ].join('\n');
  const owner = { key: publicKeyOf(pem), signer: testKeys().signer };
  const [layout] = await pipelineMetadata(EVIDENCE, EXPIRES, { owner, steps: await makeStepKeys() });
  expect(parse(layout?.text).signatures.map(({ keyid }) => keyid)).toEqual([
    '111416eb6477747a9771472f20ebbbf987de2e58317c2f727d35c561e9db8190',
    '885cf8aaafb814a14b17015de98e3d050c4898f239df501e0d5737321f734950',
  ]);
});

describe('after a rotation', () => {
  test("the layout is signed with the new key, the links' text stays", async () => {
    const { files, keys } = await made();
    const next = testKeys();
    const owner = { key: publicKeyOf(pemOf(next.publicKey)), signer: next.signer };
    const anew = await signLayoutAnew(files, owner, keys.verify);
    expect(anew.slice(1)).toEqual(files.slice(1));
    const { signed, signatures } = parse(anew[0]?.text);
    expect(signed).toEqual(parse(files[0]?.text).signed);
    expect(signatures.map(({ keyid }) => keyid)).toEqual([owner.key.keyid, expect.any(String)]);
    const sig = Buffer.from(signatures[0]?.sig ?? '', 'hex');
    expect(next.verify(Buffer.from(canonicalJson(signed)), sig)).toBe(true);
  });

  test('a layout that no key in force has signed is not signed', async () => {
    const { files, owner } = await made();
    await expect(signLayoutAnew(files, owner, testKeys().verify)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });
});
