import { describe, expect, test } from 'vitest';
import type { ImageId, ReleaseRecord } from '../../../src/model/index.ts';
import { isSigned, keysInForce, PREDICATE_TYPE, readAttestation } from '../../../src/oci/index.ts';
import type { RunDeps } from '../../../src/pipeline/deps.ts';
import type { PlannedImage } from '../../../src/pipeline/plan-image.ts';
import { signAnew } from '../../../src/pipeline/sign-anew.ts';
import { createStageClock } from '../../../src/pipeline/stage-clock.ts';
import { promote, readRelease, readReleases } from '../../../src/stages/promote/index.ts';
import {
  attachMetadata,
  makeStepKeys,
  pipelineMetadata,
  publicKeyOf,
  readMetadata,
} from '../../../src/stages/sign/index.ts';
import { publishedManifests } from '../../../src/pipeline/published-manifests.ts';
import { sbomEnvelopes } from '../../support/envelopes.ts';
import { fakeCosign } from '../../support/fake-cosign.ts';
import { EVIDENCE } from '../../support/pipeline-evidence.ts';
import { RELEASE, releaseWorkshop, tagsOf } from '../../support/release-workshop.ts';
import { retiredKey } from '../../support/trust.ts';
import { pemOf, testKeys, testPool } from '../../support/signing.ts';

const { signal } = new AbortController();

/** An image released in two namespaces, and a pipeline whose key is another one since. */
async function afterRotation(until = '2026-12-31') {
  const workshop = await releaseWorkshop();
  const { registry, repository, served } = workshop;
  const image = await workshop.signedImage('one');
  const { record: released } = await promote(image, RELEASE, workshop.deps);
  const next = testKeys();
  const startedAt = new Date('2026-11-26T03:00:00Z');
  const own = { name: 'cosign.pub', file: 'cosign.pub', verify: next.verify };
  const { verify: accepts } = keysInForce(own, [retiredKey(workshop.keys, until)], startedAt);
  const deps = {
    catalog: { teams: [{ namespace: 'team-a', images: [{ name: 'python' }] }] },
    goldenPrefix: `${served.address}/golden`,
    registryAddress: served.address,
    registry,
    verify: accepts,
    publicKey: pemOf(next.publicKey),
    runStartedAt: startedAt,
    sign: {
      registry,
      ...next,
      accepts,
      processes: fakeCosign(registry),
      cosign: 'cosign',
      publicKeyFile: 'next.pub',
      pool: testPool(),
      signal,
    },
  } as unknown as RunDeps;
  const events: string[] = [];
  const clock = createStageClock('python-3.13' as ImageId, {
    emit: (event) => events.push(event.kind),
    signal,
  });
  const entry = { id: 'python-3.13', repository: 'python', track: '3.13' };
  function anew(record: ReleaseRecord | undefined = released) {
    return signAnew({ rendered: { locked: { entry } }, released: record } as PlannedImage, deps, clock);
  }
  return {
    ...workshop,
    image,
    released,
    next,
    deps,
    anew,
    events,
    ref: { repository, digest: released.digest },
  };
}

describe('a release whose key was replaced', () => {
  test('gets signatures, attestations and a record of the new key, and no tag moves', async () => {
    const { released, anew, served, copy, name, next, registry, ref } = await afterRotation();
    const before = tagsOf(served);
    const record = await anew();
    expect(record).toEqual({
      ...released,
      sequence: 2,
      reason: 'key rotation',
      promotedAt: '2026-11-26T03:00:00.000Z',
      previous: released.digest,
    });
    // by the new key alone, as if the old one were forgotten
    const alone = { registry, verify: next.verify };
    for (const repository of [ref.repository, copy]) {
      const place = { repository, digest: ref.digest };
      expect(await isSigned(place, alone)).toBe(true);
      expect(await readAttestation(place, PREDICATE_TYPE.lock, alone)).toHaveProperty('lock');
      expect(await readRelease({ ...name, repository }, alone)).toMatchObject({ sequence: 2 });
    }
    expect(tagsOf(served)).toEqual({ ...before, 'release-3.13-000002': expect.any(String) });
  });

  test('has its SBOMs once for manifest and index, as before', async () => {
    const { anew, registry, ref } = await afterRotation();
    const [manifest] = await publishedManifests(ref, registry);
    const before = await sbomEnvelopes(ref, registry);
    await anew();
    const after = await sbomEnvelopes(ref, registry);
    expect(await sbomEnvelopes({ ...ref, digest: manifest!.digest }, registry)).toEqual(after);
    expect(after.filter((digest) => !before.includes(digest))).toHaveLength(2);
  });

  test('keeps the signature of the old key for whoever still has that', async () => {
    const { anew, deps, keys, registry, ref } = await afterRotation();
    await anew();
    expect(await isSigned(ref, { registry, verify: keys.verify })).toBe(true);
    expect(deps.sign.verify).not.toBe(keys.verify);
  });

  test('has a layout of the new key', async () => {
    const { anew, keys, next, registry, ref } = await afterRotation();
    const owner = { key: publicKeyOf(pemOf(keys.publicKey)), signer: keys.signer };
    const signers = { owner, steps: await makeStepKeys() };
    const files = await pipelineMetadata(EVIDENCE, new Date('2030-01-01'), signers);
    await attachMetadata(ref, files, registry);
    await anew();
    const [layout] = (await readMetadata(ref, registry)) ?? [];
    expect(layout?.text).toContain(publicKeyOf(pemOf(next.publicKey)).keyid);
    expect(layout?.text).not.toContain(owner.key.keyid);
  });

  test('is signed once', async () => {
    const { anew, served } = await afterRotation();
    const record = await anew();
    const before = served.requests.length;
    expect(await anew(record)).toBe(record);
    expect(served.requests.slice(before).filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  test('is finished by the next run where one died in between', async () => {
    const { anew, served, name, next, registry } = await afterRotation();
    served.fault = ({ method, path }) =>
      method === 'PUT' && path.includes('release-3.13-000002') ? { kind: 'status', status: 403 } : undefined;
    await expect(anew()).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    served.fault = () => undefined;
    await anew();
    expect(await readRelease(name, { registry, verify: next.verify })).toMatchObject({ sequence: 2 });
  });

  test('of which something is missing is left to be made again', async () => {
    const { anew, served, released } = await afterRotation();
    served.repository('team-a/python').manifests.delete(released.digest);
    expect(await anew()).toBe(released);
  });
});

test('the history ends where no key in force has signed it', async () => {
  const { anew, name, next, registry, keys } = await afterRotation();
  await anew();
  const own = { name: 'cosign.pub', file: 'cosign.pub', verify: next.verify };
  const retired = [retiredKey(keys, '2026-12-31')];
  async function historyOn(day: string) {
    const { verify } = keysInForce(own, retired, new Date(day));
    return (await readReleases(name, { registry, verify })).map(({ sequence }) => sequence);
  }
  expect(await historyOn('2026-12-31')).toEqual([2, 1]);
  expect(await historyOn('2027-01-01')).toEqual([2]);
});

test('after the last day of the old key nothing of it counts, and the message says so', async () => {
  const { name, deps } = await afterRotation('2026-11-25');
  await expect(readRelease(name, deps)).rejects.toMatchObject({
    code: 'SIGNATURE_INVALID',
    message: expect.stringContaining('its key "keys/2025.pub" was accepted until 2026-11-25'),
  });
});
