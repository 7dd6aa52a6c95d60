import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ContentWriter } from '../../../../src/host/content-cache.ts';
import { indexFile } from '../../../../src/debian/index.ts';
import { hexOf, sha256Of } from '../../../../src/oci/index.ts';
import { openArchive, type OpenSuite, type ResolveDeps } from '../../../../src/stages/resolve/index.ts';
import { NOW, createArchive, type Fault } from '../../../support/archive.ts';
import { createWorld, type World } from '../../../support/resolve-world.ts';

const packages = [{ name: 'hello' }];
const IN_RELEASE = 'debian/dists/trixie/InRelease';
const PACKAGES = 'main/binary-amd64/Packages';
const ALL_FRESH = Array.from({ length: 3 }, () => ({ stale: false, checkedAt: NOW }));

function openTrixie(deps: ResolveDeps): Promise<readonly OpenSuite[]> {
  return openArchive({ architectures: ['amd64'] }, deps).release('trixie');
}

/** Content of the cache whose name is not its digest. */
async function damagedIn(cache: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(cache, 'content/sha256'), { recursive: true, withFileTypes: true });
  const damaged: string[] = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const bytes = await readFile(path.join(entry.parentPath, entry.name));
    if (hexOf(sha256Of(bytes)) !== entry.name) {
      damaged.push(entry.name);
    }
  }
  return [...damaged, ...(await readdir(path.join(cache, 'tmp')))];
}

/** Where the mirror has Packages.xz, by hash. */
async function compressedIndex(): Promise<string> {
  const suites = await openTrixie((await createWorld({ packages })).run());
  const { byHash = '' } = indexFile(suites[0]!.release, `${PACKAGES}.xz`);
  return `debian/dists/trixie/${byHash}`;
}

function fileOf(world: World, suites: readonly OpenSuite[], name: string): string {
  const hex = hexOf(indexFile(suites[0]!.release, name).sha256);
  return path.join(world.cache, 'content/sha256', hex.slice(0, 2), hex);
}

const faults: readonly { summary: string; fault: Fault; inRelease: string; index: string }[] = [
  {
    summary: 'one flipped byte',
    fault: { kind: 'flipped', at: 200 },
    inRelease: 'INDEX_SIGNATURE_INVALID',
    index: 'DIGEST_MISMATCH',
  },
  {
    summary: 'half a file',
    fault: { kind: 'truncated' },
    inRelease: 'NETWORK_FAILED',
    index: 'NETWORK_FAILED',
  },
  {
    summary: 'a hanging server',
    fault: { kind: 'hanging' },
    inRelease: 'NETWORK_FAILED',
    index: 'NETWORK_FAILED',
  },
  {
    summary: 'a stalling server',
    fault: { kind: 'stalling' },
    inRelease: 'NETWORK_FAILED',
    index: 'NETWORK_FAILED',
  },
  {
    summary: '503',
    fault: { kind: 'status', status: 503 },
    inRelease: 'NETWORK_FAILED',
    index: 'NETWORK_FAILED',
  },
  {
    summary: '404',
    fault: { kind: 'status', status: 404 },
    inRelease: 'INDEX_INVALID',
    index: 'INDEX_INVALID',
  },
];

describe.each(faults)('$summary', ({ fault, inRelease, index }) => {
  test('for InRelease', async () => {
    const world = await createWorld({ packages, http: { attempts: 1 } });
    world.mirror.fault(IN_RELEASE, fault);
    await expect(openTrixie(world.run())).rejects.toMatchObject({ code: inRelease });
    world.mirror.fault(IN_RELEASE, undefined);
    expect(await openTrixie(world.run())).toMatchObject(ALL_FRESH);
    expect(await damagedIn(world.cache)).toEqual([]);
  });

  test('for Packages.xz', async () => {
    const byHash = await compressedIndex();
    const world = await createWorld({ packages, http: { attempts: 1 } });
    const paths = [byHash, `debian/dists/trixie/${PACKAGES}.xz`];
    paths.forEach((file) => world.mirror.fault(file, fault.kind === 'flipped' ? { kind: 'flipped' } : fault));
    await expect(openTrixie(world.run())).rejects.toMatchObject({ code: index });
    expect(await damagedIn(world.cache)).toEqual([]);
    paths.forEach((file) => world.mirror.fault(file, undefined));
    expect(await openTrixie(world.run())).toMatchObject(ALL_FRESH);
  });
});

test('a fault that passes is not noticed', async () => {
  const world = await createWorld({ packages });
  world.mirror.fault(IN_RELEASE, { kind: 'status', status: 503, times: 1 });
  expect(await openTrixie(world.run())).toMatchObject(ALL_FRESH);
});

test.each([
  { summary: 'shorter', before: packages },
  { summary: 'longer', before: [...packages, { name: 'gone' }, { name: 'gone-too' }] },
])('a mirror in the middle of an update, its index still $summary, says so', async ({ before }) => {
  const world = await createWorld({ packages });
  const now = await createArchive({ packages: [...packages, { name: 'more' }] });
  const old = await createArchive({ packages: before });
  const file = `dists/trixie/${PACKAGES}.xz`;
  now.files.debian.set(file, old.files.debian.get(file)!);
  for (const name of [...now.files.debian.keys()].filter((each) => each.includes('by-hash'))) {
    now.files.debian.delete(name);
  }
  world.mirror.replace(now);
  await expect(openTrixie(world.run())).rejects.toMatchObject({
    code: 'DIGEST_MISMATCH',
    message: expect.stringContaining(`cannot use ${PACKAGES}.xz of trixie`),
    hint: expect.stringContaining('in the middle of an update'),
  });
  expect(await damagedIn(world.cache)).toEqual([]);
});

describe('a damaged cache', () => {
  test.each([
    { name: PACKAGES, refetched: [] },
    { name: `${PACKAGES}.xz`, refetched: [] },
  ])('$name is repaired from what is left', async ({ name, refetched }) => {
    const world = await createWorld({ packages });
    const file = fileOf(world, await openTrixie(world.run()), name);
    const intact = await readFile(file);
    await writeFile(file, intact.fill(intact[9]! ^ 1, 9, 10));
    const asked = world.mirror.log.length;

    expect(await openTrixie(world.run())).toMatchObject(ALL_FRESH);

    expect(world.mirror.log.slice(asked).filter((line) => !line.startsWith('304'))).toEqual(refetched);
  });

  test('both indexes damaged: fetched again', async () => {
    const world = await createWorld({ packages });
    const suites = await openTrixie(world.run());
    for (const name of [PACKAGES, `${PACKAGES}.xz`]) {
      await writeFile(fileOf(world, suites, name), 'damaged');
    }
    const again = await openTrixie(world.run());
    expect(again[0]?.indexes.get('amd64')?.stanzas('hello')).toHaveLength(1);
    expect(await damagedIn(world.cache)).toEqual([]);
  });

  test('an InRelease with one flipped byte is fetched again', async () => {
    const world = await createWorld({ packages });
    const suites = await openTrixie(world.run());
    const hex = hexOf(suites[0]!.release.sha256);
    const file = path.join(world.cache, 'content/sha256', hex.slice(0, 2), hex);
    await writeFile(file, (await readFile(file)).fill(0, 50, 51));
    const asked = world.mirror.log.length;
    await openTrixie(world.run());
    expect(world.mirror.log.slice(asked)).toContain(`200 ${IN_RELEASE}`);
    expect(await damagedIn(world.cache)).toEqual([]);
  });

  test.each(['', 'not JSON', '{}', '{"inRelease":"sha256:no"}'])(
    'what was remembered reads %j',
    async (text) => {
      const world = await createWorld({ packages });
      await openTrixie(world.run());
      await writeFile(path.join(world.cache, 'state/trixie.json'), text);
      expect(await openTrixie(world.run())).toMatchObject(ALL_FRESH);
    },
  );
});

test('a full disk is STORAGE_FAILED, and the next run goes on', async () => {
  const world = await createWorld({ packages });
  async function openWriter(): Promise<ContentWriter> {
    return {
      write: () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
      close: () => Promise.resolve(),
    };
  }
  await expect(openTrixie(world.run({ openWriter }))).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    message: expect.stringContaining('the disk is full'),
  });
  expect(await openTrixie(world.run())).toMatchObject(ALL_FRESH);
  expect(await damagedIn(world.cache)).toEqual([]);
});
