import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startLocalRegistry } from '../../src/host/local-registry.ts';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import { openSigningKeys } from '../../src/host/signing-keys.ts';
import type { SigningKeys } from '../../src/host/signing-keys.ts';
import type { GatedImage, PublishedImage } from '../../src/model/index.ts';
import { PREDICATE_TYPE, isSigned, readAttestation, referenceText } from '../../src/oci/index.ts';
import type { RegistryClient } from '../../src/oci/index.ts';
import { publish } from '../../src/stages/publish/index.ts';
import {
  imageStatements,
  parseLockPredicate,
  parseTestPredicate,
  sign,
} from '../../src/stages/sign/index.ts';
import type { SignDeps, SignInput } from '../../src/stages/sign/index.ts';
import { evidence } from '../support/evidence.ts';
import { gatedImage } from '../support/gated-image.ts';
import { clientFor } from '../support/registry.ts';
import { testPool } from '../support/signing.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath, toolsFolder } from '../support/tools.ts';

const processes = createProcessRunner();
const { signal } = new AbortController();
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
  const program = await toolPath('docker-registry');
  const { send } = createRegistrySend();
  const local = await startLocalRegistry(
    {
      program,
      environment: toolEnvironment(await toolsFolder()),
      port: 0,
      folder: path.join(folder, 'registry'),
    },
    { processes, send, signal },
  );
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
      const type = 'https://openvex.dev/ns';
      const predicate = path.join(await temporaryFolder(), 'vex.json');
      await writeFile(predicate, '{"vex":1}');
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
        vex: 1,
      });
    });
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
