import { describe, expect, test } from 'vitest';
import type { GatedImage, Lock, Platform, ReleaseRecord, RunEvent } from '../../../src/model/index.ts';
import { createLayerReader } from '../../../src/oci/index.ts';
import type { RunDeps } from '../../../src/pipeline/deps.ts';
import { releaseChanges } from '../../../src/pipeline/release-changes.ts';
import { promote } from '../../../src/stages/promote/index.ts';
import { buildDeb } from '../../support/archive-deb.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { packageFor } from '../../support/lock.ts';
import { RELEASE, releaseWorkshop, type ReleaseWorkshop } from '../../support/release-workshop.ts';
import { changelogFile } from '../../support/scanned-archive.ts';
import { testKeys, testPool } from '../../support/signing.ts';

const [OLD, NEW] = ['3.5.4-1', '3.5.5-1'];
const AMD64: readonly Platform[] = ['linux/amd64'];

/** An image with one package, of which the package database, a file and the lock say the same. */
async function imageWith(version: string, platforms = AMD64): Promise<GatedImage> {
  const files = [
    {
      path: 'var/lib/dpkg/status.d/libssl3t64',
      content: `Package: libssl3t64\nSource: openssl\nVersion: ${version}\nArchitecture: amd64\n`,
    },
    { path: `usr/share/${version}`, content: version },
  ];
  const image = await gatedImage({ content: version, buildId: `id-${version}`, platforms, files });
  const { built } = image.tested;
  const { locked } = built.rendered;
  const lock: Lock = {
    ...locked.lock,
    platforms: platforms.map((platform) => {
      const source = { name: 'openssl', version };
      const item = { ...packageFor('libssl3t64', platform, 'python'), version, source };
      return {
        platform,
        layers: [{ stack: 'python', packages: [item], artifacts: [], excluded: [], epoch: 1 }],
      };
    }),
  };
  const rendered = { ...built.rendered, locked: { ...locked, lock } };
  return { ...image, tested: { ...image.tested, built: { ...built, rendered } } };
}

/** The package of the newer version, as the cache has it. */
async function newDeb(): Promise<Uint8Array> {
  const entries = { [NEW]: 'Fixes CVE-2026-126714.', [OLD]: 'Fixes CVE-2025-1.' };
  return buildDeb({
    control: `Package: libssl3t64\nVersion: ${NEW}\nArchitecture: amd64\n`,
    files: changelogFile('libssl3t64', entries),
    compression: 'xz',
    date: new Date('2026-11-20T00:00:00Z'),
  });
}

interface World {
  readonly workshop: ReleaseWorkshop;
  readonly said: string[];
  changes(
    image: GatedImage,
    released: ReleaseRecord | undefined,
    more?: Partial<RunDeps>,
  ): ReturnType<typeof releaseChanges>;
  release(image: GatedImage): Promise<ReleaseRecord>;
}

async function world(cached: Uint8Array | undefined): Promise<World> {
  const workshop = await releaseWorkshop();
  const said: string[] = [];
  const { signal } = new AbortController();
  const deps = {
    ...workshop.deps,
    catalog: { teams: [] },
    goldenPrefix: `${workshop.served.address}/golden`,
    registryAddress: workshop.served.address,
    sign: { pool: testPool() },
    test: { readLayer: createLayerReader() },
    resolve: {
      packages: { fetch: () => Promise.resolve() },
      cache: { readUnverified: () => Promise.resolve(cached) },
    },
    emit: (event: RunEvent) => said.push(event.kind === 'notice' ? event.message : event.kind),
    signal,
  };
  return {
    workshop,
    said,
    changes: (image, released, more = {}) =>
      releaseChanges(image, released, { ...deps, ...more } as unknown as RunDeps),
    release: async (image) => (await promote(await workshop.signed(image), RELEASE, workshop.deps)).record,
  };
}

describe('a release changes', () => {
  test('nothing, where it is the first, or the bytes are released already', async () => {
    const { release, changes, workshop } = await world(undefined);
    const image = await imageWith(OLD);
    expect(await changes(image, undefined)).toBeUndefined();
    const record = await release(image);
    const before = workshop.served.requests.length;
    expect(await changes(image, record)).toBeUndefined();
    expect(workshop.served.requests).toHaveLength(before);
  });

  test('packages with the CVEs of their changelogs, files and sizes, platform by platform', async () => {
    const { release, changes, said } = await world(await newDeb());
    const record = await release(await imageWith(OLD));
    const image = await imageWith(NEW);
    const found = await changes(image, record);
    expect(found).toMatchObject({
      schemaVersion: 1,
      digest: image.tested.built.index.digest,
      previous: { digest: record.digest, tag: '3.13.5.202611210312' },
      packages: [
        {
          kind: 'deb',
          name: 'libssl3t64',
          source: { name: 'openssl' },
          before: OLD,
          after: NEW,
          changelog: 'read',
          fixed: [{ id: 'CVE-2026-126714', line: 'Fixes CVE-2026-126714.' }],
          introduced: [],
        },
      ],
      findings: { scanned: { before: true, after: true }, appeared: [], gone: [] },
      platforms: [{ platform: 'linux/amd64' }],
    });
    expect(found?.platforms[0]?.files.map(({ path, before, after }) => [path, !before, !after])).toEqual(
      expect.arrayContaining([
        [`/usr/share/${OLD}`, false, true],
        [`/usr/share/${NEW}`, true, false],
      ]),
    );
    expect(said).toEqual([]);
  });

  test('packages of which nobody knows what they fix, where the changelog is not to be had', async () => {
    const { release, changes } = await world(undefined);
    const record = await release(await imageWith(OLD));
    expect(await changes(await imageWith(NEW), record)).toMatchObject({
      packages: [{ name: 'libssl3t64', changelog: 'unknown', fixed: [] }],
    });
  });

  test('only platforms that both have', async () => {
    const { release, changes } = await world(undefined);
    const record = await release(await imageWith(OLD));
    const found = await changes(await imageWith(NEW, ['linux/amd64', 'linux/arm64']), record);
    expect(found?.platforms.map(({ platform }) => platform)).toEqual(['linux/amd64']);
  });

  test('without the findings of a release whose scans are not ours', async () => {
    const { release, changes } = await world(undefined);
    const record = await release(await imageWith(OLD));
    expect(await changes(await imageWith(NEW), record, { verify: testKeys().verify })).toMatchObject({
      packages: [{ name: 'libssl3t64' }],
      findings: { scanned: { before: false, after: true } },
    });
  });

  test('nothing that anybody could tell, where the one before cannot be read: said, and stopping nothing', async () => {
    const { release, changes, workshop, said } = await world(undefined);
    const record = await release(await imageWith(OLD));
    workshop.served.fault = ({ path }) =>
      path.includes('/blobs/') ? { kind: 'status', status: 503 } : undefined;
    expect(await changes(await imageWith(NEW), record)).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/^python-3\.13: no changelog against 3\.13\.5\.202611210312: /),
    ]);
    const signal = AbortSignal.abort();
    await expect(changes(await imageWith(NEW), record, { signal })).rejects.toMatchObject({
      code: expect.any(String),
    });
  });
});
