import { describe, expect, test } from 'vitest';
import { openArchive, suitesWithin } from '../../../../src/stages/resolve/index.ts';
import { NOW, createArchive, createArchiveKey, type FakeSuite } from '../../../support/archive.ts';
import { createWorld, type World } from '../../../support/resolve-world.ts';

const REQUEST = { suites: ['trixie'], architectures: ['amd64', 'arm64'] } as const;
const packages = [
  { name: 'hello', version: '1.0-1' },
  { name: 'hello', version: '1.0-1+deb13u1', suite: 'trixie-security' },
];
const DAY_MS = 86_400_000;
const later = new Date(NOW.getTime() + DAY_MS);

function suites(fields: Partial<FakeSuite>): readonly FakeSuite[] {
  return [
    { archive: 'debian', suite: 'trixie', ...fields },
    { archive: 'debian', suite: 'trixie-updates', ...fields },
    { archive: 'debian-security', suite: 'trixie-security', ...fields },
  ];
}

describe('openArchive', () => {
  test('opens the suites of a release in their order, each for all architectures', async () => {
    const world = await createWorld({ packages });
    const archive = await openArchive(REQUEST, world.run());

    expect(archive).toMatchObject({ stale: false, checkedAt: NOW });
    expect(archive.suites.map(({ archive: name, suite }) => `${name} ${suite}`)).toEqual([
      'debian trixie',
      'debian trixie-updates',
      'debian-security trixie-security',
    ]);
    const versions = archive.suites.map(({ indexes }) =>
      REQUEST.architectures.map((architecture) =>
        indexes
          .get(architecture)
          ?.stanzas('hello')
          .map((stanza) => stanza.get('version')),
      ),
    );
    expect(versions).toEqual([
      [['1.0-1'], ['1.0-1']],
      [[], []],
      [['1.0-1+deb13u1'], ['1.0-1+deb13u1']],
    ]);
    expect(suitesWithin(archive, 'bookworm')).toEqual([]);
  });

  test('a second run asks whether anything is new, and fetches nothing', async () => {
    const world = await createWorld({ packages });
    await openArchive(REQUEST, world.run());
    const first = world.mirror.log.length;
    const archive = await openArchive(REQUEST, world.run({ runStartedAt: later }));

    expect(world.mirror.log.slice(first).sort()).toEqual([
      '304 debian-security/dists/trixie-security/InRelease',
      '304 debian/dists/trixie-updates/InRelease',
      '304 debian/dists/trixie/InRelease',
    ]);
    expect(archive).toMatchObject({ stale: false, checkedAt: later });
  });

  test("another mirror's validators are not used", async () => {
    const world = await createWorld({ packages });
    await openArchive(REQUEST, world.run());
    const first = world.mirror.log.length;
    const mirrors = {
      ...world.mirror.urls,
      debian: world.mirror.urls.debian.replace('127.0.0.1', 'localhost'),
    };
    await openArchive(REQUEST, world.run({ mirrors }));
    expect(world.mirror.log.slice(first)).toContain('200 debian/dists/trixie/InRelease');
  });

  test('takes indexes by hash, and by name from a mirror without those paths', async () => {
    const world = await createWorld({ packages });
    const fetched = ({ mirror }: World) => mirror.log.filter((line) => line.includes('/main/binary-'));
    await openArchive(REQUEST, world.run());
    expect(fetched(world).filter((line) => !line.includes('/by-hash/SHA256/'))).toEqual([]);

    const plain = await createWorld({
      packages,
      suites: suites({ fields: { 'Acquire-By-Hash': undefined } }),
    });
    await openArchive(REQUEST, plain.run());
    expect(fetched(plain)).toContain('200 debian/dists/trixie/main/binary-amd64/Packages.xz');
    expect(fetched(plain).filter((line) => line.includes('/by-hash/'))).toEqual([]);
  });

  test('a mirror that lost the by-hash path still has the file by name', async () => {
    const archive = await createArchive({ packages });
    for (const file of archive.files.debian.keys()) {
      if (file.includes('/by-hash/')) {
        archive.files.debian.delete(file);
      }
    }
    const world = await createWorld();
    world.mirror.replace(archive);
    expect(await openArchive(REQUEST, world.run())).toMatchObject({ stale: false });
  });
});

describe('a mirror that cannot be reached', () => {
  const unreachable = {
    debian: 'http://127.0.0.1:1/debian',
    'debian-security': 'http://127.0.0.1:1/debian-security',
  };

  test('the archive is opened from the cache, and says so', async () => {
    const world = await createWorld({ packages });
    await openArchive(REQUEST, world.run());
    const archive = await openArchive(REQUEST, world.run({ mirrors: unreachable, runStartedAt: later }));

    expect(archive).toMatchObject({ stale: true, checkedAt: NOW });
    expect(archive.suites[0]?.indexes.get('amd64')?.stanzas('hello')).toHaveLength(1);
    const notices = world.events.filter((event) => event.kind === 'notice');
    expect(notices.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  });

  test('one suite is enough to be stale', async () => {
    const world = await createWorld({ packages });
    await openArchive(REQUEST, world.run());
    world.mirror.fault('debian-security/dists/trixie-security/InRelease', { kind: 'status', status: 503 });
    const archive = await openArchive(REQUEST, world.run({ runStartedAt: later }));
    expect(archive.suites.map(({ stale }) => stale)).toEqual([false, false, true]);
    expect(archive).toMatchObject({ stale: true, checkedAt: NOW });
  });

  test('an index that has expired meanwhile is not used', async () => {
    const world = await createWorld({ packages });
    await openArchive(REQUEST, world.run());
    const nextMonth = new Date(NOW.getTime() + 30 * DAY_MS);
    const opened = openArchive(REQUEST, world.run({ mirrors: unreachable, runStartedAt: nextMonth }));
    await expect(opened).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(
        /^cannot open suite .* nor is the copy in the cache of use: .* valid until/,
      ),
      hint: expect.stringContaining('proxy'),
    });
  });

  test('without a cache it is an error that says what to do', async () => {
    const world = await createWorld({ packages });
    await expect(openArchive(REQUEST, world.run({ mirrors: unreachable }))).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      hint: expect.stringContaining('proxy'),
    });
  });
});

describe('trust', () => {
  test('an InRelease older than the last accepted one is a rollback, in every later run', async () => {
    const world = await createWorld({ packages });
    await openArchive(REQUEST, world.run());
    world.mirror.replace(await createArchive({ packages, now: new Date(NOW.getTime() - DAY_MS) }));
    for (const attempt of [1, 2]) {
      const opened = openArchive(REQUEST, world.run());
      await expect(opened, `attempt ${attempt}`).rejects.toMatchObject({ code: 'INDEX_ROLLED_BACK' });
    }
  });

  test('a key that is not ours', async () => {
    const world = await createWorld({ packages });
    await openArchive(REQUEST, world.run());
    world.mirror.replace(await createArchive({ packages, key: await createArchiveKey(), now: later }));
    const opened = openArchive(REQUEST, world.run({ runStartedAt: later }));
    await expect(opened).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_INVALID' });
  });

  test('an expired InRelease', async () => {
    const world = await createWorld({ suites: suites({ validUntil: new Date(NOW.getTime() - 1000) }) });
    await expect(openArchive(REQUEST, world.run())).rejects.toMatchObject({ code: 'INDEX_EXPIRED' });
  });

  test('a suite the mirror does not have', async () => {
    const world = await createWorld();
    const opened = openArchive({ ...REQUEST, suites: ['forky'] }, world.run());
    await expect(opened).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      message: 'cannot open suite "forky": the mirror has no InRelease of it',
    });
  });
});
