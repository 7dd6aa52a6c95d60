import { describe, expect, test } from 'vitest';
import type { ProcessRunner } from '../../../../src/host/process.ts';
import { ToolError } from '../../../../src/model/index.ts';
import type { PublishedImage, Sha256 } from '../../../../src/model/index.ts';
import {
  ATTACHMENT_ANNOTATION,
  PREDICATE_TYPE,
  attachmentTag,
  isSigned,
  listAttached,
  readAttestation,
} from '../../../../src/oci/index.ts';
import { publish } from '../../../../src/stages/publish/index.ts';
import { imageStatements, sign } from '../../../../src/stages/sign/index.ts';
import type { SignDeps } from '../../../../src/stages/sign/index.ts';
import { sbomEnvelopes } from '../../../support/envelopes.ts';
import { evidence } from '../../../support/evidence.ts';
import { fakeCosign } from '../../../support/fake-cosign.ts';
import { gatedImage } from '../../../support/gated-image.ts';
import { clientFor, serveRegistry } from '../../../support/registry.ts';
import { testKeys, testPool } from '../../../support/signing.ts';

async function workshop(content = 'hello') {
  const served = await serveRegistry();
  const image = await gatedImage({ content });
  const registry = clientFor();
  const pool = testPool();
  const target = {
    repository: `${served.address}/golden/python`,
    copies: [`${served.address}/team-a/python`],
  };
  const published = await publish(image, target, { registry, pool });
  const processes = fakeCosign(registry);
  const deps: SignDeps = {
    registry,
    pool,
    processes,
    ...testKeys(),
    cosign: 'cosign',
    publicKeyFile: 'cosign.pub',
    signal: new AbortController().signal,
  };
  const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
  const input = { published, platforms, statements: imageStatements(image, evidence()) };
  return {
    served,
    image,
    registry,
    published,
    processes,
    deps,
    input,
    golden: served.repository('golden/python'),
  };
}

function everyRef(published: PublishedImage, platforms: readonly { readonly digest: Sha256 }[]) {
  const digests = [published.ref.digest, ...platforms.map(({ digest }) => digest)];
  return [published.ref, ...published.copies].flatMap(({ repository }) =>
    digests.map((digest) => ({ repository, digest })),
  );
}

test('index and platform manifests are signed and attested in every namespace', async () => {
  const { deps, input, published } = await workshop();
  const signed = await sign(input, deps);
  expect(signed).toEqual({
    published,
    attestations: [
      PREDICATE_TYPE.vulnerabilities,
      PREDICATE_TYPE.cyclonedx,
      PREDICATE_TYPE.testResult,
      PREDICATE_TYPE.provenance,
      PREDICATE_TYPE.spdx,
      PREDICATE_TYPE.lock,
      PREDICATE_TYPE.run,
    ],
  });
  for (const ref of everyRef(published, input.platforms)) {
    expect(await isSigned(ref, deps)).toBe(true);
    expect(await readAttestation(ref, PREDICATE_TYPE.cyclonedx, deps)).toMatchObject({
      bomFormat: 'CycloneDX',
    });
  }
});

test('what is said of manifest and index alike is one envelope, stored once', async () => {
  const { deps, input, published } = await workshop();
  await sign(input, deps);
  for (const { repository, digest } of [published.ref, ...published.copies]) {
    const ofIndex = await sbomEnvelopes({ repository, digest }, deps.registry);
    const ofManifest = { repository, digest: input.platforms[0]!.digest };
    expect(ofIndex).toHaveLength(2);
    expect(await sbomEnvelopes(ofManifest, deps.registry)).toEqual(ofIndex);
  }
});

test('cosign is started once for signatures and once for each predicate type', async () => {
  const { deps, input, processes } = await workshop();
  await sign(input, deps);
  expect(processes.calls.map(([, command]) => command).toSorted()).toEqual([
    'verify',
    ...Array<string>(7).fill('verify-attestation'),
  ]);
});

test('the attestations of an index come last: a run that dies before leaves none', async () => {
  const { deps, input, served, published } = await workshop();
  const tag = attachmentTag(input.platforms[0]!.digest, 'att');
  served.fault = ({ method, path }) => (method === 'PUT' && path.endsWith(tag) ? { kind: 'die' } : undefined);
  await expect(sign(input, deps)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  for (const ref of [published.ref, ...published.copies]) {
    expect(await isSigned(ref, deps)).toBe(true);
    expect(await listAttached(ref, 'att', deps.registry)).toEqual([]);
  }
});

describe('signing again', () => {
  test('writes nothing', async () => {
    const { deps, input, served } = await workshop();
    await sign(input, deps);
    const before = served.requests.length;
    await sign(input, deps);
    const writes = served.requests
      .slice(before)
      .filter(({ method }) => method === 'PUT' || method === 'POST');
    expect(writes).toEqual([]);
  });

  test('replaces attestations of the same type and keeps others', async () => {
    const { deps, input, published } = await workshop();
    const review = {
      subject: published.ref.digest,
      predicateType: 'https://example.com/review/v1',
      predicate: { reviewed: 1 },
    };
    await sign({ ...input, statements: [...input.statements, review] }, deps);
    const lock = {
      subject: published.ref.digest,
      predicateType: PREDICATE_TYPE.lock,
      predicate: { lock: 2 },
    };
    const others = input.statements.filter(({ predicateType }) => predicateType !== PREDICATE_TYPE.lock);
    await sign({ ...input, statements: [...others, lock] }, deps);
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).toEqual({ lock: 2 });
    expect(await readAttestation(published.ref, review.predicateType, deps)).toEqual({ reviewed: 1 });
  });

  test('attests and signs beside what another key says', async () => {
    const { deps, input, published } = await workshop();
    const others = { ...deps, ...testKeys() };
    await sign(input, others);
    expect(await isSigned(published.ref, deps)).toBe(false);
    await sign(input, deps);
    expect(await isSigned(published.ref, deps)).toBe(true);
    expect(await listAttached(published.ref, 'sig', deps.registry)).toHaveLength(2);
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).toBeDefined();
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, others)).toBeDefined();
  });
});

describe('what cannot be trusted', () => {
  test('nothing there is undefined, not an error', async () => {
    const { deps, published } = await workshop();
    expect(await readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).toBeUndefined();
    expect(await isSigned(published.ref, deps)).toBe(false);
  });

  test('an attestation by another key', async () => {
    const { deps, input, published } = await workshop();
    await sign(input, { ...deps, ...testKeys() });
    await expect(readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  test.each(['att', 'sig'] as const)('a %s moved from another image', async (kind) => {
    const { deps, input, published, golden } = await workshop();
    await sign(input, deps);
    const other: Sha256 = input.platforms[0]!.digest;
    golden.tags.set(attachmentTag(other, kind), golden.tags.get(attachmentTag(published.ref.digest, kind))!);
    const moved = { repository: published.ref.repository, digest: other };
    expect(kind === 'sig' ? await isSigned(moved, deps) : false).toBe(false);
    if (kind === 'att') {
      await expect(readAttestation(moved, PREDICATE_TYPE.lock, deps)).rejects.toMatchObject({
        code: 'ATTESTATION_FOREIGN',
      });
    }
  });

  test('an attestation listed under another type', async () => {
    const { deps, input, published, golden } = await workshop();
    await sign(input, deps);
    const tag = attachmentTag(published.ref.digest, 'att');
    const stored = golden.manifests.get(golden.tags.get(tag)!)!;
    const text = Buffer.from(stored.bytes).toString('utf8');
    const renamed = text
      .replace(`"${PREDICATE_TYPE.testResult}"`, '"gone"')
      .replace(`"${PREDICATE_TYPE.lock}"`, `"${PREDICATE_TYPE.testResult}"`);
    golden.manifests.set(golden.tags.get(tag)!, { ...stored, bytes: Buffer.from(renamed) });
    await expect(readAttestation(published.ref, PREDICATE_TYPE.testResult, deps)).rejects.toMatchObject({
      code: 'ATTESTATION_TYPE',
    });
  });

  test('two attestations of one type', async () => {
    const { deps, input, published } = await workshop();
    const lock = { subject: published.ref.digest, predicateType: PREDICATE_TYPE.lock };
    const two = [1, 2].map((number) => ({ ...lock, predicate: { number } }));
    await sign({ ...input, statements: [...input.statements, ...two] }, deps);
    await expect(readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('expected one, got 3'),
    });
  });

  test('a byte of an attestation that changed', async () => {
    const { deps, input, published, golden } = await workshop();
    await sign(input, deps);
    const layers = await listAttached(published.ref, 'att', deps.registry);
    const layer = layers.find(
      ({ annotations }) => annotations?.[ATTACHMENT_ANNOTATION.predicateType] === PREDICATE_TYPE.lock,
    )!;
    golden.blobs.set(layer.digest, Buffer.concat([golden.blobs.get(layer.digest)!, Buffer.from(' ')]));
    await expect(readAttestation(published.ref, PREDICATE_TYPE.lock, deps)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });
});

describe('cosign has the last word', () => {
  test.each([
    { stderr: 'Error: no matching signatures: invalid signature', code: 'SIGNATURE_INVALID' },
    { stderr: 'Error: none of the attestations matched the predicate type', code: 'SIGNATURE_INVALID' },
    { stderr: 'dial tcp: connection refused', code: 'TOOL_FAILED' },
  ])('$stderr → $code', async ({ stderr, code }) => {
    const { deps, input } = await workshop();
    const error = new ToolError('exited', `"cosign" exited with 1: ${stderr}`, { stderrTail: stderr });
    const processes = { ...deps.processes, run: () => Promise.reject(error) };
    await expect(sign(input, { ...deps, processes })).rejects.toMatchObject({ code });
  });

  test.each([
    { silent: 'verify', message: 'cosign found no signature of it' },
    { silent: 'verify-attestation', message: 'cosign did not accept its attestation' },
  ])('what $silent does not name is not verified', async ({ silent, message }) => {
    const { deps, input } = await workshop();
    const processes: ProcessRunner = {
      ...deps.processes,
      run: (argv, options) =>
        argv[1] === silent ? Promise.resolve({ stdout: '', stderr: '' }) : deps.processes.run(argv, options),
    };
    await expect(sign(input, { ...deps, processes })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining(message),
    });
  });
});
