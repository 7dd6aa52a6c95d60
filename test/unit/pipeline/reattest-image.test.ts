import { describe, expect, test } from 'vitest';
import type { GateVerdict } from '../../../src/model/index.ts';
import { PREDICATE_TYPE, listAttached, readAttestation } from '../../../src/oci/index.ts';
import type { RunningDeps } from '../../../src/pipeline/deps.ts';
import { reattestImage } from '../../../src/pipeline/reattest-image.ts';
import { createStageClock } from '../../../src/pipeline/stage-clock.ts';
import { publish } from '../../../src/stages/publish/index.ts';
import { imageStatements, sign } from '../../../src/stages/sign/index.ts';
import type { BundleSettings, SignDeps } from '../../../src/stages/sign/index.ts';
import { evidence } from '../../support/evidence.ts';
import { fakeCosign } from '../../support/fake-cosign.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import { testKeys, testPool } from '../../support/signing.ts';

const BLOCKED: GateVerdict = { kind: 'block', reasons: [{ rule: 'end-of-life', message: 'support ended' }] };

/** A published image, and nights that judge it again. */
async function workshop(bundles?: BundleSettings) {
  const served = await serveRegistry(undefined, bundles === undefined ? {} : { referrersPage: 3 });
  const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
  const registry = clientFor();
  const pool = testPool();
  const { signal } = new AbortController();
  const places = {
    repository: `${served.address}/golden/python`,
    copies: [`${served.address}/team-a/python`],
  };
  const published = await publish(image, places, { registry, pool });
  const deps: SignDeps = {
    registry,
    pool,
    processes: fakeCosign(registry),
    ...testKeys(),
    cosign: 'cosign',
    publicKeyFile: 'cosign.pub',
    signal,
    ...(bundles && { bundles }),
  };
  const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
  await sign({ published, platforms, statements: imageStatements(image, evidence()) }, deps);

  /** @returns whether anything was written */
  async function night(at: string, verdict: GateVerdict, vex?: object): Promise<boolean> {
    const { entry } = image.tested.built.rendered.locked;
    const sign = { ...deps, ...(bundles && { bundles: { ...bundles, created: at } }) };
    const runDeps = {
      ...sign,
      sign,
      catalog: { policy: evidence().gate.policy, decisions: [] },
      runStartedAt: new Date(at),
      run: { id: at, now: () => new Date(at) },
      attestor: { ingot: '0.1.0', builderId: 'urn:ingot:builder:v1:embedded' },
      target: 'local',
      decisionsSource: { dirty: true, digest: published.ref.digest, files: {} },
    } as unknown as RunningDeps;
    const judged = {
      entry,
      id: entry.id,
      places,
      subject: published.ref.digest,
      buildId: published.buildId,
      scan: { ...image.scan, scannedAt: at },
      verdict,
      ...(vex && { vex }),
    };
    const before = served.requests.length;
    await reattestImage(judged, runDeps, createStageClock(entry.id, { emit: () => undefined, signal }));
    return served.requests.slice(before).some(({ method }) => !['GET', 'HEAD'].includes(method));
  }

  /** What is excused, as one reads who knows only a digest: of the image, and of each platform, in every namespace. */
  async function excused(): Promise<readonly unknown[]> {
    const repositories = [published.ref, ...published.copies].map(({ repository }) => repository);
    const found: unknown[] = [];
    for (const digest of [published.ref.digest, ...platforms.map((each) => each.digest)]) {
      for (const repository of repositories) {
        found.push(await readAttestation({ repository, digest }, PREDICATE_TYPE.vex, deps));
      }
    }
    return found;
  }

  return { served, deps, published, night, excused };
}

test('a night that finds the same writes nothing; after half of the allowed age the scan is fresh everywhere', async () => {
  const { deps, published, night } = await workshop();
  const { ref, copies } = published;
  const lock = await readAttestation(ref, PREDICATE_TYPE.lock, deps);
  const layers = (await listAttached(ref, 'att', deps.registry)).length;
  expect(await night('2026-11-22T03:12:00.000Z', { kind: 'pass' })).toBe(false);
  expect(await night('2026-11-24T15:12:00.000Z', { kind: 'pass' })).toBe(true);
  for (const each of [ref, ...copies]) {
    expect(await readAttestation(each, PREDICATE_TYPE.vulnerabilities, deps)).toMatchObject({
      invocation: { event_id: '2026-11-24T15:12:00.000Z' },
      metadata: { scanFinishedOn: '2026-11-24T15:12:00.000Z' },
    });
  }
  expect(await listAttached(ref, 'att', deps.registry)).toHaveLength(layers);
  expect(await readAttestation(ref, PREDICATE_TYPE.lock, deps)).toEqual(lock);
  expect(await night('2026-11-25T03:12:00.000Z', { kind: 'pass' })).toBe(false);
});

test('an image that newly fails says so beside it, once', async () => {
  const { deps, published, night } = await workshop();
  expect(await night('2026-11-22T03:12:00.000Z', BLOCKED)).toBe(true);
  expect(await readAttestation(published.ref, PREDICATE_TYPE.run, deps)).toMatchObject({ verdict: BLOCKED });
  expect(await night('2026-11-23T03:12:00.000Z', BLOCKED)).toBe(false);
});

const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  statements: [{ vulnerability: { name: 'CVE-2026-1' }, status: 'not_affected', products: [] }],
};
const PLACES = 6;
const BUNDLES: BundleSettings = {
  form: 'bundle',
  keyHint: 'hint',
  created: '2026-11-21T03:12:00.000Z',
  trustedRootFile: 'root.json',
};

describe.each([
  ['in the classic form', undefined],
  ['in bundles', BUNDLES],
])('what is excused, %s', (_, bundles) => {
  test('stands on the index and on every platform, everywhere, for as long as it is so', async () => {
    const { night, excused } = await workshop(bundles);
    expect(await excused()).toEqual(Array(PLACES).fill(undefined));
    expect(await night('2026-11-22T03:12:00.000Z', { kind: 'pass' }, VEX)).toBe(true);
    expect(await excused()).toEqual(Array(PLACES).fill(VEX));
    expect(await night('2026-11-23T03:12:00.000Z', { kind: 'pass' }, VEX)).toBe(false);
  });

  test('is gone half of the allowed age later at the latest, once nothing is excused', async () => {
    const { night, excused } = await workshop(bundles);
    await night('2026-11-22T03:12:00.000Z', { kind: 'pass' }, VEX);
    expect(await night('2026-11-23T03:12:00.000Z', BLOCKED)).toBe(true);
    const statements = [{ status: 'under_investigation', status_notes: 'excused before, and not any more' }];
    expect(await excused()).toMatchObject(
      Array(PLACES).fill(bundles === undefined ? undefined : { statements }),
    );
    expect(await night('2026-11-24T03:12:00.000Z', BLOCKED)).toBe(false);
    await night('2026-11-26T15:12:00.000Z', BLOCKED);
    expect(await excused()).toEqual(Array(PLACES).fill(undefined));
  });
});

test('what a registry keeps for ever is taken back, and the nights after write nothing', async () => {
  const { served, night, excused } = await workshop(BUNDLES);
  served.fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 405 } : undefined);
  await night('2026-11-22T03:12:00.000Z', { kind: 'pass' }, VEX);
  await night('2026-11-23T03:12:00.000Z', BLOCKED);
  expect(await excused()).toMatchObject(
    Array(PLACES).fill({ statements: [{ status: 'under_investigation' }] }),
  );
  expect(await night('2026-11-24T03:12:00.000Z', BLOCKED)).toBe(false);
  await night('2026-11-26T15:12:00.000Z', BLOCKED);
  expect(await excused()).toMatchObject(
    Array(PLACES).fill({ statements: [{ status: 'under_investigation' }] }),
  );
});
