import { describe, expect, test } from 'vitest';
import type { Catalog, DigestRef, ImageId, Team } from '../../../src/model/index.ts';
import {
  findBundles,
  isSigned,
  listAttached,
  parseIndex,
  PREDICATE_TYPE,
  readAttestation,
} from '../../../src/oci/index.ts';
import { rollbackTrack, type TrackRollbackDeps } from '../../../src/pipeline/rollback.ts';
import { promote, readRelease } from '../../../src/stages/promote/index.ts';
import { attachMetadata, readMetadata } from '../../../src/stages/sign/index.ts';
import { BUNDLES } from '../../support/bundles.ts';
import { fakeCosign } from '../../support/fake-cosign.ts';
import {
  RELEASE,
  releaseWorkshop,
  tagsOf,
  TRACK,
  type WorkshopOptions,
} from '../../support/release-workshop.ts';
import { testPool } from '../../support/signing.ts';

const REQUEST = {
  track: { id: 'python-3.13' as ImageId, repository: 'python', track: TRACK },
  reason: 'crashes under load',
};

/** Two releases in two namespaces, and a team that came after them. */
async function newTeam(options: WorkshopOptions = {}) {
  const workshop = await releaseWorkshop(options);
  const { served, registry, deps, repository } = workshop;
  const { bundles } = options;
  const first = await promote(await workshop.signedImage('one'), RELEASE, deps);
  const later = { ...RELEASE, promotedAt: '2026-11-22T03:12:00.000Z' };
  await promote(await workshop.signedImage('two'), later, deps);
  const teams = ['team-a', 'team-b'].map(
    (namespace) => ({ namespace, images: [{ name: 'python' }] }) as unknown as Team,
  );
  const furtherSigned: string[] = [];
  const rollbackDeps: TrackRollbackDeps = {
    catalog: { teams, decisions: [] } as Partial<Catalog> as Catalog,
    goldenPrefix: `${served.address}/golden`,
    registryAddress: served.address,
    runStartedAt: new Date('2026-11-23T09:00:00.000Z'),
    ...deps,
    ...(bundles && { attestations: bundles.form }),
    sign: {
      ...deps,
      pool: testPool(),
      processes: fakeCosign(registry),
      cosign: 'cosign',
      publicKeyFile: 'cosign.pub',
      signal: new AbortController().signal,
      ...(bundles && { bundles }),
    },
    furtherSigners: [
      ({ repository: of, digest }) => {
        furtherSigned.push(`${of.replace(served.address, '')}@${digest}`);
        return Promise.resolve();
      },
    ],
  };
  const golden: DigestRef = { repository, digest: first.record.digest };
  const team: DigestRef = { ...golden, repository: `${served.address}/team-b/python` };
  return {
    ...workshop,
    golden,
    team,
    rollbackDeps,
    furtherSigned,
    back: () => rollbackTrack(REQUEST, rollbackDeps),
  };
}

type Workshop = Awaited<ReturnType<typeof newTeam>>;

/** Index and platforms of the image that is gone back to. */
async function digestsOf({ registry, golden }: Workshop): Promise<readonly DigestRef['digest'][]> {
  const index = await registry.getManifest(golden.repository, golden.digest);
  const { manifests } = parseIndex(index?.bytes ?? new Uint8Array(), 'index');
  return [golden.digest, ...manifests.map(({ digest }) => digest)];
}

describe('a namespace that lacks the older image', () => {
  test('gets it from the golden one with all that is attested, signed for itself, and then the tags', async () => {
    const workshop = await newTeam();
    const { back, registry, keys, golden, team, served, deps } = workshop;
    await attachMetadata(golden, [{ name: 'root.layout', text: 'layout' }], registry);
    const { record, copied } = await back();
    expect(copied).toEqual([team.repository]);
    const tags = tagsOf(served, 'team-b/python');
    expect(tags).toMatchObject({ '3.13': golden.digest, [record.tags.unique]: golden.digest });
    expect(await readRelease({ repository: team.repository, track: TRACK }, deps)).toEqual({
      ...record,
      repository: 'team-b/python',
    });
    for (const digest of await digestsOf(workshop)) {
      expect(await isSigned({ ...team, digest }, { registry, verify: keys.verify })).toBe(true);
      const there = await listAttached({ ...team, digest }, 'att', registry);
      const from = await listAttached({ ...golden, digest }, 'att', registry);
      expect(from).not.toEqual([]);
      expect(there.map(({ annotations }) => annotations)).toEqual(from.map(({ annotations }) => annotations));
    }
    expect(await readAttestation(team, PREDICATE_TYPE.lock, deps)).toEqual(
      await readAttestation(golden, PREDICATE_TYPE.lock, deps),
    );
    const texts = [...served.repository('team-b/python').blobs.values()].map((bytes) =>
      Buffer.from(bytes).toString('utf8'),
    );
    expect(texts).toContainEqual(expect.stringContaining(`"docker-reference":"${team.repository}"`));
    expect(await readMetadata(team, registry)).toEqual([{ name: 'root.layout', text: 'layout' }]);
  });

  test('gets layers by mounting, or by an upload where the registry mounts nothing', async () => {
    async function uploads(options: WorkshopOptions): Promise<number> {
      const { served, back } = await newTeam(options);
      const before = served.requests.length;
      await back();
      const requests = served.requests.slice(before);
      return requests.filter(
        ({ method, path }) => method === 'PUT' && path.startsWith('/v2/team-b/python/blobs/'),
      ).length;
    }
    // one layer and one config
    expect((await uploads({ mountsNothing: true })) - (await uploads({}))).toBe(2);
  });

  test('gets bundles where the target wants those', async () => {
    const { back, team, registry } = await newTeam({ bundles: BUNDLES, referrersPage: 3 });
    expect((await back()).copied).toEqual([team.repository]);
    const { bundles } = await findBundles(team, () => true, registry);
    expect(bundles.map(({ predicateType }) => predicateType)).toContain(PREDICATE_TYPE.lock);
  });

  test('is signed by whoever else signs, index and platforms', async () => {
    const workshop = await newTeam();
    await workshop.back();
    const digests = await digestsOf(workshop);
    expect(workshop.furtherSigned.sort()).toEqual(digests.map((digest) => `/team-b/python@${digest}`).sort());
  });

  test('is completed where a run died', async () => {
    const { back, served, team, golden } = await newTeam();
    served.fault = ({ method, path }) =>
      method === 'PUT' && path.includes('team-b') && path.includes('.att')
        ? { kind: 'status', status: 500 }
        : undefined;
    await expect(back()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(tagsOf(served)['3.13']).not.toBe(golden.digest);
    served.fault = () => undefined;
    expect((await back()).copied).toEqual([team.repository]);
    expect(tagsOf(served, 'team-b/python')['3.13']).toBe(golden.digest);
  });
});

const WITHDRAWAL = {
  kind: 'withdraw',
  file: 'decisions/withdraw-one.json',
  target: 'python-3.13',
  release: '3.13.5.202611210312',
  reason: 'leaks memory',
  owner: 'a@example.com',
  expires: '2027-01-01',
};

describe('no tag is moved', () => {
  test.each([
    {
      summary: 'to a release that a decision withdraws',
      arrange: ({ rollbackDeps }: Workshop) => {
        (rollbackDeps.catalog.decisions as unknown as object[]).push(WITHDRAWAL);
      },
      code: 'RELEASE_NOT_FOUND',
    },
    {
      summary: 'where the golden repository does not have it whole',
      arrange: ({ served, golden }: Workshop) => {
        served.repository('golden/python').tags.delete(`${golden.digest.replace(':', '-')}.sig`);
      },
      code: 'RELEASE_NOT_FOUND',
    },
    {
      summary: 'to an image with a layer that is another one than it was',
      arrange: ({ served }: Workshop) => {
        const { blobs } = served.repository('golden/python');
        for (const [digest, bytes] of blobs) {
          // gzip
          if (bytes[0] === 0x1f) {
            blobs.set(digest, Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')]));
          }
        }
      },
      code: 'DIGEST_MISMATCH',
    },
    {
      summary: 'where cosign does not find there what was signed',
      arrange: ({ rollbackDeps }: Workshop) => {
        const run = (): Promise<{ stdout: string; stderr: string }> =>
          Promise.resolve({ stdout: '', stderr: '' });
        Object.assign(rollbackDeps.sign, { processes: { ...rollbackDeps.sign.processes, run } });
      },
      code: 'SIGNATURE_INVALID',
    },
  ])('$summary', async ({ arrange, code }) => {
    const workshop = await newTeam({ mountsNothing: true });
    const { served, back } = workshop;
    arrange(workshop);
    const before = [tagsOf(served), tagsOf(served, 'team-a/python')];
    await expect(back()).rejects.toMatchObject({ code });
    expect([tagsOf(served), tagsOf(served, 'team-a/python')]).toEqual(before);
    expect(tagsOf(served, 'team-b/python')).toEqual({});
  });
});
