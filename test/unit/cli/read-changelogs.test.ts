import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Side } from '../../../src/cli/inspect-images.ts';
import type { Reader } from '../../../src/cli/open-reader.ts';
import { readChangelogs } from '../../../src/cli/read-changelogs.ts';
import { indexesOf, newestPackage } from '../../../src/debian/index.ts';
import type { LockedPackage, PackageChange } from '../../../src/model/index.ts';
import { PREDICATE_TYPE } from '../../../src/oci/index.ts';
import { openArchive, type ResolveDeps } from '../../../src/stages/resolve/index.ts';
import { lookedAt } from '../../support/looked-at.ts';
import { clientFor } from '../../support/registry.ts';
import { createWorld, type World } from '../../support/resolve-world.ts';

const TEXT = 'gcc-14 (14.2.0-19) trixie; urgency=medium\n\n  * Address CVE-2023-4039.\n';

/** As in Debian: the library's documentation is a link to the folder of another package of its source. */
function gccWorld(): Promise<World> {
  const fields = { Source: 'gcc-14' };
  const version = '14.2.0-19';
  return createWorld({
    packages: [
      { name: 'libgcc-s1', version, fields, files: { '/usr/share/doc/libgcc-s1': { link: 'gcc-14-base' } } },
      {
        name: 'gcc-14-base',
        version,
        fields,
        files: { '/usr/share/doc/gcc-14-base/changelog.Debian.gz': { content: gzipSync(TEXT) } },
      },
      { name: 'zlib1g', version },
    ],
  });
}

async function lockedIn(deps: ResolveDeps, names: readonly string[]): Promise<readonly LockedPackage[]> {
  const suites = await openArchive({ architectures: ['amd64'] }, deps).release('trixie');
  return names.map((name) => ({
    ...newestPackage(indexesOf(suites, 'amd64'), { name, architecture: 'amd64' })!,
    requestedBy: [],
  }));
}

async function sideOf(locked: readonly LockedPackage[]): Promise<Side> {
  const osRelease = 'ID=debian\nVERSION_CODENAME=trixie\n';
  const looked = await lookedAt({ layers: [[{ path: 'usr/lib/os-release', content: osRelease }]] });
  const platforms = [{ platform: 'linux/amd64', layers: [{ packages: locked }] }];
  const predicate = { lock: { schemaVersion: 1, platforms }, inputs: { schemaVersion: 1 } };
  const lock = { predicateType: PREDICATE_TYPE.lock, predicate };
  return {
    looked,
    name: { platform: 'linux/amd64' },
    named: { ref: { repository: '127.0.0.1:1/golden/python' } },
    statements: locked.length === 0 ? [] : [lock],
  } as unknown as Side;
}

function change(name: string, source: string): PackageChange {
  const versions = { before: '14.2.0-19', after: '12.2.0-14' };
  const unknown = { changelog: 'unknown', fixed: [], introduced: [] } as const;
  return { kind: 'deb', name, ...versions, source: { name: source, ...versions }, ...unknown };
}

function readWith(deps: ResolveDeps, before: Side, changes: readonly PackageChange[]) {
  const reader = { registry: clientFor(), resolve: () => Promise.resolve(deps) } as unknown as Reader;
  const { signal } = new AbortController();
  return readChangelogs(changes, { before, after: before }, { reader, signal, emit: () => undefined });
}

test('a package that the lock names is found by its own name, whatever its source is called on the other side', async () => {
  const world = await gccWorld();
  const before = await sideOf(await lockedIn(world.run(), ['libgcc-s1', 'gcc-14-base', 'zlib1g']));
  const asked = world.mirror.log.length;
  const found = await readWith(world.run(), before, [
    change('libgcc-s1', 'gcc-12'),
    change('zlib1g', 'zlib'),
  ]);
  expect([...found]).toEqual([['before gcc-12', TEXT]]);
  // what a lock names is fetched by its digest: no index has to be read
  expect(world.mirror.log.slice(asked).filter((line) => !line.endsWith('.deb'))).toEqual([]);
});

test('without a lock it is the newest of the release, whose indexes are opened once', async () => {
  const world = await gccWorld();
  const before = await sideOf([]);
  const found = await readWith(world.run(), before, [
    change('gcc-14-base', 'gcc-14'),
    change('zlib1g', 'zlib'),
  ]);
  expect([...found]).toEqual([['before gcc-14', TEXT]]);
  expect(world.mirror.log.filter((line) => line.endsWith('trixie/InRelease'))).toHaveLength(1);
});
