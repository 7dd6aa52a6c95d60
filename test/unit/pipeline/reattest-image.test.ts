import { expect, test } from 'vitest';
import type { GateVerdict } from '../../../src/model/index.ts';
import { PREDICATE_TYPE, listAttached, readAttestation } from '../../../src/oci/index.ts';
import type { RunningDeps } from '../../../src/pipeline/deps.ts';
import { reattestImage } from '../../../src/pipeline/reattest-image.ts';
import { createStageClock } from '../../../src/pipeline/stage-clock.ts';
import { publish } from '../../../src/stages/publish/index.ts';
import { imageStatements, sign } from '../../../src/stages/sign/index.ts';
import type { SignDeps } from '../../../src/stages/sign/index.ts';
import { evidence } from '../../support/evidence.ts';
import { fakeCosign } from '../../support/fake-cosign.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import { testKeys, testPool } from '../../support/signing.ts';

const BLOCKED: GateVerdict = { kind: 'block', reasons: [{ rule: 'end-of-life', message: 'support ended' }] };

/** A published image, and nights that judge it again. */
async function workshop() {
  const served = await serveRegistry();
  const image = await gatedImage();
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
  };
  const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
  await sign({ published, platforms, statements: imageStatements(image, evidence()) }, deps);

  /** @returns whether anything was written */
  async function night(at: string, verdict: GateVerdict): Promise<boolean> {
    const { entry } = image.tested.built.rendered.locked;
    const runDeps = {
      ...deps,
      sign: deps,
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
    };
    const before = served.requests.length;
    await reattestImage(judged, runDeps, createStageClock(entry.id, { emit: () => undefined, signal }));
    return served.requests.slice(before).some(({ method }) => !['GET', 'HEAD'].includes(method));
  }

  return { deps, published, night };
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
