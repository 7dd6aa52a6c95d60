import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProcessRunner } from '../../src/host/process.ts';
import { openSigningKeys } from '../../src/host/signing-keys.ts';
import type { SigningKeys } from '../../src/host/signing-keys.ts';
import type { GatedImage, PublishedImage } from '../../src/model/index.ts';
import {
  PREDICATE_TYPE,
  isSigned,
  keyHint,
  listAttached,
  readAttestation,
  referenceText,
} from '../../src/oci/index.ts';
import type { RegistryClient } from '../../src/oci/index.ts';
import { publish } from '../../src/stages/publish/index.ts';
import {
  imageStatements,
  parseLockPredicate,
  parseTestPredicate,
  sign,
} from '../../src/stages/sign/index.ts';
import type { SignDeps, SignInput } from '../../src/stages/sign/index.ts';
import { newerCosign } from '../support/debian-tools.ts';
import { evidence } from '../support/evidence.ts';
import { gatedImage } from '../support/gated-image.ts';
import { startRealRegistry } from '../support/real-registry.ts';
import { clientFor } from '../support/registry.ts';
import { REPOSITORY } from '../support/repository.ts';
import { testPool } from '../support/signing.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools.ts';

const processes = createProcessRunner();
const { signal } = new AbortController();
const TRUSTED_ROOT = path.join(REPOSITORY, 'data/empty-trusted-root.json');
const SIGNING = { use: 'sign', ifMissing: 'make' } as const;

interface Workshop {
  readonly cosign: string;
  readonly registry: RegistryClient;
  readonly keys: SigningKeys;
  readonly image: GatedImage;
  readonly published: PublishedImage;
  readonly deps: SignDeps;
  readonly input: SignInput;
}

/** Runs the task with an image published to a real registry, in two namespaces. */
async function inWorkshop(task: (workshop: Workshop) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const local = await startRealRegistry(path.join(folder, 'registry'));
  try {
    const keys = await openSigningKeys({
      folder: path.join(folder, 'config'),
      password: 'pass word',
      ...SIGNING,
    });
    const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const registry = clientFor();
    const pool = testPool();
    const target = {
      repository: `${local.address}/golden/python`,
      copies: [`${local.address}/team-a/python`],
    };
    const published = await publish(image, target, { registry, pool });
    const cosign = await toolPath('cosign');
    const { signer, verify, publicKeyFile } = keys;
    const deps = { registry, pool, signer, verify, publicKeyFile, cosign, processes, signal };
    const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
    const input = { published, platforms, statements: imageStatements(image, evidence()) };
    await task({ cosign, registry, keys, image, published, deps, input });
  } finally {
    await local.stop();
  }
}

const TYPES = [
  PREDICATE_TYPE.provenance,
  PREDICATE_TYPE.run,
  PREDICATE_TYPE.vulnerabilities,
  PREDICATE_TYPE.cyclonedx,
  PREDICATE_TYPE.testResult,
  PREDICATE_TYPE.spdx,
  PREDICATE_TYPE.lock,
];

test('what is signed here, cosign verifies; what is attested can be read back', async () => {
  await inWorkshop(async ({ input, deps, image, published, registry, keys }) => {
    const signed = await sign(input, deps);
    expect([...signed.attestations].sort()).toEqual([...TYPES].sort());
    for (const ref of [published.ref, ...published.copies]) {
      const lock = await readAttestation(ref, PREDICATE_TYPE.lock, { registry, verify: keys.verify });
      expect(parseLockPredicate(lock).lock).toEqual(image.tested.built.rendered.locked.lock);
      const report = await readAttestation(ref, PREDICATE_TYPE.testResult, { registry, verify: keys.verify });
      expect(parseTestPredicate(report)).toEqual(image.tested.report);
    }
  });
});

test('signing again changes nothing', async () => {
  await inWorkshop(async ({ input, deps, published, registry }) => {
    await sign(input, deps);
    const tags = (await registry.listTags(published.ref.repository)).toSorted();
    async function state() {
      const found = [];
      for (const tag of tags) {
        found.push((await registry.headManifest(published.ref.repository, tag))?.digest);
      }
      return found;
    }
    const before = await state();
    await sign(input, deps);
    expect((await registry.listTags(published.ref.repository)).toSorted()).toEqual(tags);
    expect(await state()).toEqual(before);
  });
});

describe('cosign', () => {
  test('signs with our key, and we accept it', async () => {
    await inWorkshop(async ({ cosign, published, registry, keys }) => {
      const argv = [
        cosign,
        'sign',
        `--key=${keys.privateKeyFile}`,
        '--tlog-upload=false',
        '--yes',
        referenceText(published.ref),
      ];
      await processes.run(argv, { env: { COSIGN_PASSWORD: 'pass word' } });
      expect(await isSigned(published.ref, { registry, verify: keys.verify })).toBe(true);
    });
  });

  test('makes a key pair that we sign with', async () => {
    await inWorkshop(async ({ cosign, deps, input, published }) => {
      const folder = await temporaryFolder();
      await processes.run([cosign, 'generate-key-pair'], { cwd: folder, env: { COSIGN_PASSWORD: '' } });
      const { signer, verify, publicKeyFile, wasMade } = await openSigningKeys({
        folder,
        password: '',
        ...SIGNING,
      });
      expect(wasMade).toBe(false);
      const signed = await sign(input, { ...deps, signer, verify, publicKeyFile });
      expect(signed.published).toBe(published);
    });
  });

  test('attests beside our attestations, which stay', async () => {
    await inWorkshop(async ({ cosign, deps, input, published, registry, keys }) => {
      await sign(input, deps);
      const type = 'https://example.com/review/v1';
      const predicate = path.join(await temporaryFolder(), 'review.json');
      await writeFile(predicate, '{"reviewed":1}');
      const argv = [
        cosign,
        'attest',
        `--key=${keys.privateKeyFile}`,
        '--tlog-upload=false',
        '--yes',
        `--type=${type}`,
        `--predicate=${predicate}`,
        referenceText(published.ref),
      ];
      await processes.run(argv, { env: { COSIGN_PASSWORD: 'pass word' } });
      await sign(input, deps);
      expect(await readAttestation(published.ref, type, { registry, verify: keys.verify })).toEqual({
        reviewed: 1,
      });
    });
  });
});

/** What an auditor runs, as docs/attestations.md has it. */
function auditArgs(cosign: string, key: string, form: 'classic' | 'bundle'): readonly string[] {
  const common = [cosign, 'verify-attestation', `--key=${key}`, '--insecure-ignore-tlog=true'];
  return form === 'classic' ? common : [...common, '--new-bundle-format', `--trusted-root=${TRUSTED_ROOT}`];
}

describe.each([
  { version: '2.5', program: () => toolPath('cosign') },
  { version: '3', program: newerCosign },
])('cosign $version, which shares no code with us', ({ program }) => {
  test('verifies signatures and every predicate type, in both forms, and no other type or key', async () => {
    await inWorkshop(async ({ input, deps, keys, published, image }) => {
      const cosign = await program();
      const vex = { '@context': 'https://openvex.dev/ns/v0.2.0', statements: [] };
      const statements = imageStatements(image, { ...evidence(), vex });
      const created = '2026-11-21T03:12:00.000Z';
      const hint = keyHint(await readFile(keys.publicKeyFile));
      const reference = referenceText(published.ref);
      const key = keys.publicKeyFile;
      for (const form of ['classic', 'bundle'] as const) {
        // one form alone: cosign 3 would look for bundles first
        const bundles = { form, keyHint: hint, created, trustedRootFile: TRUSTED_ROOT };
        await sign({ ...input, statements }, { ...deps, bundles });
        const args = auditArgs(cosign, key, form);
        await processes.run([cosign, 'verify', `--key=${key}`, '--insecure-ignore-tlog=true', reference]);
        for (const type of [...TYPES, PREDICATE_TYPE.vex]) {
          const { stdout } = await processes.run([...args, `--type=${type}`, reference]);
          expect(payloadsIn(stdout)).toContainEqual(expect.objectContaining({ predicateType: type }));
        }
        for (const { digest } of input.platforms) {
          const platform = referenceText({ ...published.ref, digest });
          for (const type of [PREDICATE_TYPE.cyclonedx, PREDICATE_TYPE.spdx, PREDICATE_TYPE.vex]) {
            await processes.run([...args, `--type=${type}`, platform]);
          }
        }
        const isRefused = expect.objectContaining({ kind: 'exited' });
        await expect(processes.run([...args, '--type=urn:other', reference])).rejects.toEqual(isRefused);
        const other = await openSigningKeys({ folder: await temporaryFolder(), password: '', ...SIGNING });
        const withOther = [...auditArgs(cosign, other.publicKeyFile, form), `--type=${PREDICATE_TYPE.lock}`];
        await expect(processes.run([...withOther, reference])).rejects.toEqual(isRefused);
      }
    });
  });
});

function payloadsIn(stdout: string): readonly unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const { payload } = JSON.parse(line) as { readonly payload: string };
      return JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as unknown;
    });
}

test('a target that is done with one form has nothing old in it', async () => {
  await inWorkshop(async ({ input, deps, published, registry }) => {
    await sign(input, deps);
    const created = '2026-11-21T03:12:00.000Z';
    const settings = { keyHint: 'any', created, trustedRootFile: TRUSTED_ROOT };
    await sign(input, { ...deps, bundles: { form: 'bundle', ...settings } });
    expect(await listAttached(published.ref, 'att', registry)).toEqual([]);
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).toBeDefined();
  });
});

test('a signature by another key is not enough', async () => {
  await inWorkshop(async ({ input, deps }) => {
    await sign(input, deps);
    const other = await openSigningKeys({ folder: await temporaryFolder(), password: '', ...SIGNING });
    // Our own check is told to believe the signature: cosign must not.
    const trusting = { ...deps, publicKeyFile: other.publicKeyFile };
    await expect(sign(input, trusting)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});
