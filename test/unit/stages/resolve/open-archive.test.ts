import { describe, expect, test } from 'vitest';
import { openArchive, type OpenSuite, type ResolveDeps } from '../../../../src/stages/resolve/index.ts';
import { NOW, createArchive, createArchiveKey, type FakeSuite } from '../../../support/archive.ts';
import { createWorld, type World } from '../../../support/resolve-world.ts';

const REQUEST = { architectures: ['amd64', 'arm64'] } as const;
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

function open(deps: ResolveDeps, codename = 'trixie'): Promise<readonly OpenSuite[]> {
  return openArchive(REQUEST, deps).release(codename);
}

/** The same for all three suites. */
function each(state: Partial<OpenSuite>): readonly Partial<OpenSuite>[] {
  return [state, state, state];
}

describe('openArchive', () => {
  test('opens the suites of a release in their order, each for all architectures', async () => {
    const world = await createWorld({ packages });
    const opened = await open(world.run());

    expect(opened).toMatchObject(each({ stale: false, checkedAt: NOW }));
    expect(opened.map(({ archive, suite }) => `${archive} ${suite}`)).toEqual([
      'debian trixie',
      'debian trixie-updates',
      'debian-security trixie-security',
    ]);
    const versions = opened.map(({ indexes }) =>
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
  });

  test('a second run asks whether anything is new, and fetches nothing', async () => {
    const world = await createWorld({ packages });
    await open(world.run());
    const first = world.mirror.log.length;
    const opened = await open(world.run({ runStartedAt: later }));

    expect(world.mirror.log.slice(first).sort()).toEqual([
      '304 debian-security/dists/trixie-security/InRelease',
      '304 debian/dists/trixie-updates/InRelease',
      '304 debian/dists/trixie/InRelease',
    ]);
    expect(opened).toMatchObject(each({ stale: false, checkedAt: later }));
  });

  test('what was found in an index is kept for the next run, and found again where that is damaged', async () => {
    const world = await createWorld({ packages });
    const name = 'index debian trixie main/binary-amd64/Packages';
    const { state } = world.run();
    const stanzasOfHello = async () =>
      (await open(world.run()))[0]?.indexes
        .get('amd64')
        ?.stanzas('hello')
        .map((stanza) => stanza.get('version'));
    await open(world.run());
    const kept = (await state.read(name)) ?? '';
    expect(kept).toMatch(/^sha256:/);
    for (const text of [kept, kept.slice(0, -2), '']) {
      await state.write(name, text);
      expect(await stanzasOfHello()).toEqual(['1.0-1']);
      expect(await state.read(name)).toBe(kept);
    }
  });

  test("another mirror's validators are not used", async () => {
    const world = await createWorld({ packages });
    await open(world.run());
    const first = world.mirror.log.length;
    const mirrors = {
      ...world.mirror.urls,
      debian: world.mirror.urls.debian.replace('127.0.0.1', 'localhost'),
    };
    await open(world.run({ mirrors }));
    expect(world.mirror.log.slice(first)).toContain('200 debian/dists/trixie/InRelease');
  });

  test('takes indexes by hash, and by name from a mirror without those paths', async () => {
    const world = await createWorld({ packages });
    const fetched = ({ mirror }: World) => mirror.log.filter((line) => line.includes('/main/binary-'));
    await open(world.run());
    expect(fetched(world).filter((line) => !line.includes('/by-hash/SHA256/'))).toEqual([]);

    const plain = await createWorld({
      packages,
      suites: suites({ fields: { 'Acquire-By-Hash': undefined } }),
    });
    await open(plain.run());
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
    expect(await open(world.run())).toMatchObject(each({ stale: false }));
  });
});

describe('a mirror that cannot be reached', () => {
  const unreachable = {
    debian: 'http://127.0.0.1:1/debian',
    'debian-security': 'http://127.0.0.1:1/debian-security',
  };

  test('the archive is opened from the cache, and says so', async () => {
    const world = await createWorld({ packages });
    await open(world.run());
    const opened = await open(world.run({ mirrors: unreachable, runStartedAt: later }));

    expect(opened).toMatchObject(each({ stale: true, checkedAt: NOW }));
    expect(opened[0]?.indexes.get('amd64')?.stanzas('hello')).toHaveLength(1);
    const notices = world.events.filter((event) => event.kind === 'notice');
    expect(notices.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  });

  test('each suite says whether it is stale', async () => {
    const world = await createWorld({ packages });
    await open(world.run());
    world.mirror.fault('debian-security/dists/trixie-security/InRelease', { kind: 'status', status: 503 });
    expect(await open(world.run({ runStartedAt: later }))).toMatchObject([
      { stale: false, checkedAt: later },
      { stale: false, checkedAt: later },
      { stale: true, checkedAt: NOW },
    ]);
  });

  test('an index that has expired meanwhile is not used', async () => {
    const world = await createWorld({ packages });
    await open(world.run());
    const nextMonth = new Date(NOW.getTime() + 30 * DAY_MS);
    const opened = open(world.run({ mirrors: unreachable, runStartedAt: nextMonth }));
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
    await expect(open(world.run({ mirrors: unreachable }))).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      hint: expect.stringContaining('proxy'),
    });
  });
});

describe('a release that cannot be opened', () => {
  const BOOKWORM = 'debian/dists/bookworm/InRelease';

  test('is an error of who asks for it alone, and said to each without asking again', async () => {
    const world = await createWorld({ packages });
    const archive = openArchive(REQUEST, world.run());
    for (const attempt of [1, 2]) {
      await expect(archive.release('bookworm'), `attempt ${attempt}`).rejects.toMatchObject({
        code: 'INDEX_INVALID',
        message: 'cannot open suite "bookworm": the mirror has no InRelease of it',
      });
    }
    expect(await archive.release('trixie')).toMatchObject(each({ stale: false }));
    expect(world.mirror.log.filter((line) => line.endsWith(BOOKWORM))).toEqual([`404 ${BOOKWORM}`]);
  });

  test('is not asked for where nobody wants it', async () => {
    const world = await createWorld({ packages });
    openArchive(REQUEST, world.run());
    expect(world.mirror.log).toEqual([]);
  });
});

describe('trust', () => {
  test('an InRelease older than the last accepted one is a rollback, in every later run', async () => {
    const world = await createWorld({ packages });
    await open(world.run());
    world.mirror.replace(await createArchive({ packages, now: new Date(NOW.getTime() - DAY_MS) }));
    for (const attempt of [1, 2]) {
      const opened = open(world.run());
      await expect(opened, `attempt ${attempt}`).rejects.toMatchObject({ code: 'INDEX_ROLLED_BACK' });
    }
  });

  test('a key that is not ours', async () => {
    const world = await createWorld({ packages });
    await open(world.run());
    world.mirror.replace(await createArchive({ packages, key: await createArchiveKey(), now: later }));
    const opened = open(world.run({ runStartedAt: later }));
    await expect(opened).rejects.toMatchObject({ code: 'INDEX_SIGNATURE_INVALID' });
  });

  test('an expired InRelease', async () => {
    const world = await createWorld({ suites: suites({ validUntil: new Date(NOW.getTime() - 1000) }) });
    await expect(open(world.run())).rejects.toMatchObject({ code: 'INDEX_EXPIRED' });
  });

  test('a suite the mirror does not have', async () => {
    const world = await createWorld();
    const opened = open(world.run(), 'forky');
    await expect(opened).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      message: 'cannot open suite "forky": the mirror has no InRelease of it',
    });
  });
});
