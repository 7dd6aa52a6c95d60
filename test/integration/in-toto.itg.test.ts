import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { sha256Of } from '../../src/oci/index.ts';
import { makeStepKeys, pipelineMetadata, publicKeyOf } from '../../src/stages/sign/index.ts';
import type { PipelineEvidence } from '../../src/stages/sign/index.ts';
import { inTotoVerifier, type InTotoVerifier } from '../support/in-toto-verifier.ts';
import { EVIDENCE } from '../support/pipeline-evidence.ts';
import { pemOf, testKeys } from '../support/signing.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const INDEX = '{"the":"index"}';
const EXPIRES = new Date(Date.now() + 24 * 60 * 60 * 1000);

let verify: InTotoVerifier;

beforeAll(async () => {
  verify = await inTotoVerifier();
});

/** A folder as an auditor has it: what is beside the image, and the index as the registry serves it. */
async function auditorsFolder(evidence: Partial<PipelineEvidence> = {}, expires = EXPIRES) {
  const keys = testKeys();
  const pem = pemOf(keys.publicKey);
  const owner = { key: publicKeyOf(pem), signer: keys.signer };
  const steps = await makeStepKeys();
  const index = { digest: sha256Of(Buffer.from(INDEX)) };
  const files = await pipelineMetadata({ ...EVIDENCE, index, ...evidence }, expires, { owner, steps });
  const folder = await temporaryFolder();
  for (const { name, text } of files) {
    await writeFile(path.join(folder, name), text);
  }
  await writeFile(path.join(folder, 'index.json'), INDEX);
  return { folder, pem };
}

async function linkOf(folder: string, step: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.startsWith(`${step}.`) && file.endsWith('.link'));
  return path.join(folder, name ?? '');
}

test('the whole pipeline', async () => {
  const { folder, pem } = await auditorsFolder();
  expect(await verify(folder, pem)).toBe('accepted');
});

test.each<{ readonly summary: string; readonly expected: RegExp; spoil(folder: string): Promise<void> }>([
  {
    summary: 'a step done by another key',
    expected: /Step 'test' requires at least '1' links validly signed/,
    async spoil(folder) {
      // the link of another run, under the name that is looked for: its signature is good, its key another
      const other = await auditorsFolder();
      await writeFile(await linkOf(folder, 'test'), await readFile(await linkOf(other.folder, 'test')));
    },
  },
  {
    summary: 'a product that was changed',
    expected: /Step 'build' requires at least '1' links validly signed/,
    async spoil(folder) {
      const file = await linkOf(folder, 'build');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(sha256Of(Buffer.from(INDEX)).slice(7), '0'.repeat(64)));
    },
  },
  {
    summary: 'another image than the one that was built',
    expected: /'DISALLOW index.json' matched/,
    spoil: (folder) => writeFile(path.join(folder, 'index.json'), '{"another":"index"}'),
  },
  {
    summary: 'a layout of another owner',
    expected: /No signature found for key/,
    async spoil(folder) {
      const other = await auditorsFolder();
      await writeFile(
        path.join(folder, 'root.layout'),
        await readFile(path.join(other.folder, 'root.layout')),
      );
    },
  },
  {
    summary: 'a rule that the owner did not write',
    expected: /invalid signature|SignatureVerificationError/i,
    async spoil(folder) {
      const file = path.join(folder, 'root.layout');
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll('DISALLOW', 'ALLOW'));
    },
  },
])('rejects $summary', async ({ spoil, expected }) => {
  const { folder, pem } = await auditorsFolder();
  await spoil(folder);
  expect(await verify(folder, pem)).toMatch(expected);
});

test('rejects a layout that has expired', async () => {
  const { folder, pem } = await auditorsFolder({}, new Date('2026-01-01T00:00:00Z'));
  expect(await verify(folder, pem)).toMatch(/LayoutExpiredError/);
});
