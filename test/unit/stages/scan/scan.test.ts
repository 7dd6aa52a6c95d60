import { describe, expect, test } from 'vitest';
import { FactoryError } from '../../../../src/model/index.ts';
import type { LockedPackage, ScannerResult } from '../../../../src/model/index.ts';
import { createDebianArchiveScanner, scan } from '../../../../src/stages/scan/index.ts';
import type { Scanner, ScanSubject } from '../../../../src/stages/scan/index.ts';
import { PGDG } from '../../../support/apt-repository.ts';
import { openIndexes } from '../../../support/archive-indexes.ts';
import { createArchive, NOW } from '../../../support/archive.ts';
import type { FakePackage } from '../../../support/archive.ts';
import { scanSubject } from '../../../support/scan-subject.ts';
import { changelogFile, installedPackage, scannedWorld } from '../../../support/scanned-archive.ts';
import type { ScannedWorld } from '../../../support/scanned-archive.ts';

const SECURITY = 'trixie-security';
const BUILT = new Date('2026-11-20T10:00:00Z');

function subjectOf(...packages: readonly LockedPackage[]): ScanSubject {
  return scanSubject(packages);
}

function scanWith(world: ScannedWorld, subject: ScanSubject): Promise<ScannerResult> {
  return createDebianArchiveScanner(world).scan(subject, new AbortController().signal);
}

/** `id package installed → fixed in suite`. */
async function findingsOf(world: ScannedWorld, subject: ScanSubject): Promise<readonly string[]> {
  const { findings } = await scanWith(world, subject);
  return findings.map(
    (found) => `${found.id} ${found.package} ${found.installed} → ${found.fixed} in ${found.suite}`,
  );
}

const OPENSSL = installedPackage('libssl3t64', '3.5.1-1', 'openssl');
const FIXED: FakePackage = {
  name: 'libssl3t64',
  version: '3.5.1-1+deb13u2',
  suite: SECURITY,
  date: BUILT,
  fields: { Source: 'openssl' },
  files: changelogFile('libssl3t64', {
    '3.5.1-1+deb13u2': 'Fix CVE-2026-126714 and CVE-2026-1000.',
    '3.5.1-1+deb13u1': 'Fix CVE-2026-0999.',
    '3.5.1-1': 'Fix CVE-2025-0001.',
  }),
};
const RELEASED: FakePackage = { name: 'libssl3t64', version: '3.5.1-1', fields: { Source: 'openssl' } };

describe('packages from a further repository', () => {
  const [from, at] = ['pgdg', 'trixie-pgdg'];
  const LIBPQ = { ...installedPackage('libpq5', '18.0-1'), archive: from, suite: at };
  const NEWER: FakePackage = { name: 'libpq5', version: '18.1-1' };

  async function worldWith(state: { stale: boolean; checkedAt: Date }): Promise<ScannedWorld> {
    const further = await createArchive({
      packages: [NEWER, { ...FIXED, suite: at }],
      suites: [{ archive: 'debian', suite: at }],
    });
    const opened = await openIndexes(further);
    const suites = opened.map(({ index }) => ({
      ...{ ...state, archive: from, suite: at, allowed: ['lib*'] },
      release: index.release,
      indexes: new Map([['amd64', index] as const]),
    }));
    return scannedWorld([RELEASED], { repositories: { pgdg: suites } });
  }

  test('are compared with it, and those from Debian are not', async () => {
    const world = await worldWith({ stale: false, checkedAt: NOW });
    const subject = { ...subjectOf(OPENSSL, LIBPQ), repositories: [PGDG] };
    expect(await findingsOf(world, subject)).toEqual([
      'pending-update libpq5 18.0-1 → 18.1-1 in trixie-pgdg',
    ]);
  });

  test('one that is down makes the result of its images stale', async () => {
    const world = await worldWith({ stale: true, checkedAt: BUILT });
    expect(await scanWith(world, { ...subjectOf(LIBPQ), repositories: [PGDG] })).toMatchObject({
      status: 'stale',
      feedDate: BUILT.toISOString(),
      feed: expect.stringContaining('trixie-pgdg of '),
    });
    expect(await scanWith(world, subjectOf(OPENSSL))).toMatchObject({ status: 'up-to-date' });
  });
});

describe('the debian-archive scanner', () => {
  test('nothing newer: up to date, never clean, and nothing is fetched', async () => {
    const world = await scannedWorld([RELEASED]);
    expect(await scanWith(world, subjectOf(OPENSSL))).toEqual({
      tool: 'debian-archive',
      toolVersion: '1',
      status: 'up-to-date',
      feed: [
        'trixie of 2026-11-22T12:00:00.000Z',
        'trixie-updates of 2026-11-22T12:00:00.000Z',
        'trixie-security of 2026-11-22T12:00:00.000Z',
      ].join(', '),
      feedDate: NOW.toISOString(),
      feedValidUntil: '2026-11-29T12:00:00.000Z',
      findings: [],
    });
    expect(world.fetched).toEqual([]);
  });

  test('a pending security update, with the CVEs its changelog names since the installed version', async () => {
    const world = await scannedWorld([RELEASED, FIXED]);
    const { status, findings } = await scanWith(world, subjectOf(OPENSSL));
    expect(status).toBe('findings');
    expect(findings.map(({ id }) => id)).toEqual(['CVE-2026-0999', 'CVE-2026-1000', 'CVE-2026-126714']);
    expect(findings[2]).toEqual({
      id: 'CVE-2026-126714',
      aliases: [],
      package: 'libssl3t64',
      source: 'openssl',
      installed: '3.5.1-1',
      fixed: '3.5.1-1+deb13u2',
      suite: SECURITY,
      fixedSince: BUILT.toISOString(),
      severity: 'unknown',
      platforms: ['linux/amd64'],
    });
  });

  test('packages of one source and platforms are one finding; each .deb is read once a run', async () => {
    const tool: FakePackage = { ...FIXED, name: 'openssl' };
    const world = await scannedWorld([FIXED, tool]);
    const packages = [OPENSSL, installedPackage('openssl', '3.5.1-1')];
    const subject = scanSubject(packages, { on: ['linux/arm64', 'linux/amd64'] });
    const scanner = createDebianArchiveScanner(world);
    const [first] = [
      await scanner.scan(subject, new AbortController().signal),
      await scanner.scan(subject, new AbortController().signal),
    ];
    expect(first.findings.map(({ id, platforms }) => `${id} ${platforms.join()}`)).toEqual([
      'CVE-2026-0999 linux/amd64,linux/arm64',
      'CVE-2026-1000 linux/amd64,linux/arm64',
      'CVE-2026-126714 linux/amd64,linux/arm64',
    ]);
    expect(world.fetched).toEqual(['libssl3t64 3.5.1-1+deb13u2']);
  });

  test('data from the cache only is stale, and keeps its findings', async () => {
    const world = await scannedWorld([FIXED], { stale: true });
    expect(await scanWith(world, subjectOf(OPENSSL))).toMatchObject({
      status: 'stale',
      findings: { length: 3 },
    });
  });

  test.each<{ summary: string; archive: readonly FakePackage[]; gone?: string[]; expected: string[] }>([
    {
      summary: 'an update in no security suite is still told',
      archive: [{ name: 'libssl3t64', version: '3.5.2-1', suite: 'trixie-updates' }],
      expected: ['pending-update libssl3t64 3.5.1-1 → 3.5.2-1 in trixie-updates'],
    },
    {
      summary: 'a security update that a point release took over is still one',
      archive: [{ ...FIXED, suite: 'trixie' }, FIXED].map((each) => ({ ...each, files: {} })),
      expected: [`pending-update libssl3t64 3.5.1-1 → 3.5.1-1+deb13u2 in ${SECURITY}`],
    },
    {
      summary: 'a version that is only older',
      archive: [{ name: 'libssl3t64', version: '3.5.1-1~deb13u1', suite: SECURITY }],
      expected: [],
    },
    {
      summary: 'a .deb that cannot be had',
      archive: [FIXED],
      gone: ['libssl3t64'],
      expected: [`pending-update libssl3t64 3.5.1-1 → 3.5.1-1+deb13u2 in ${SECURITY}`],
    },
    {
      summary: 'a changelog that cannot be read',
      archive: [{ ...FIXED, files: { '/usr/share/doc/libssl3t64/changelog.Debian.gz': 'not gzip' } }],
      expected: [`pending-update libssl3t64 3.5.1-1 → 3.5.1-1+deb13u2 in ${SECURITY}`],
    },
    {
      summary: 'a native package’s changelog',
      archive: [
        {
          ...FIXED,
          files: Object.fromEntries(
            Object.entries(FIXED.files ?? {}).map(([path, file]) => [path.replace('.Debian', ''), file]),
          ),
        },
      ],
      expected: ['CVE-2026-0999', 'CVE-2026-1000', 'CVE-2026-126714'].map(
        (id) => `${id} libssl3t64 3.5.1-1 → 3.5.1-1+deb13u2 in ${SECURITY}`,
      ),
    },
    {
      summary: 'a documentation folder that is another package’s',
      archive: [
        { ...FIXED, files: { '/usr/share/doc/libssl3t64': { link: 'openssl-base' } } },
        {
          ...FIXED,
          name: 'openssl-base',
          files: changelogFile('openssl-base', { '3.5.1-1+deb13u2': 'Fix CVE-2026-1000.' }),
        },
      ],
      expected: [`CVE-2026-1000 libssl3t64 3.5.1-1 → 3.5.1-1+deb13u2 in ${SECURITY}`],
    },
    {
      summary: 'a documentation folder that is nobody’s',
      archive: [{ ...FIXED, files: { '/usr/share/doc/libssl3t64': { link: 'gone' } } }],
      expected: [`pending-update libssl3t64 3.5.1-1 → 3.5.1-1+deb13u2 in ${SECURITY}`],
    },
    { summary: 'a package the archive has dropped', archive: [{ name: 'other' }], expected: [] },
  ])('$summary', async ({ archive, gone = [], expected }) => {
    expect(await findingsOf(await scannedWorld(archive, { gone }), subjectOf(OPENSSL))).toEqual(expected);
  });

  test('versions of the source count in its changelog, not those of the binary', async () => {
    const installed: LockedPackage = {
      ...installedPackage('libgcc-s1', '14.2.0-19', 'gcc-14'),
      source: { name: 'gcc-14', version: '14.2.0-19' },
      version: '1:14.2.0-19',
    };
    const newer: FakePackage = {
      name: 'libgcc-s1',
      version: '1:14.2.0-19+deb13u1',
      suite: SECURITY,
      fields: { Source: 'gcc-14 (14.2.0-19+deb13u1)' },
      files: changelogFile('libgcc-s1', { '14.2.0-19+deb13u1': 'CVE-2026-77777', '14.2.0-19': 'CVE-2020-1' }),
    };
    const findings = await findingsOf(await scannedWorld([newer]), subjectOf(installed));
    expect(findings).toEqual([`CVE-2026-77777 libgcc-s1 1:14.2.0-19 → 1:14.2.0-19+deb13u1 in ${SECURITY}`]);
  });

  test('a release that is not open is an error', async () => {
    const world = await scannedWorld([RELEASED]);
    const scanning = scanWith(world, { ...subjectOf(OPENSSL), codename: 'bookworm' });
    await expect(scanning).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});

describe('scan', () => {
  const result: ScannerResult = {
    tool: 'a',
    toolVersion: '1',
    status: 'up-to-date',
    feed: '',
    feedDate: NOW.toISOString(),
    findings: [],
  };
  const deps = { now: NOW, signal: new AbortController().signal };

  function scannerOf(name: string, answer: () => Promise<ScannerResult>): Scanner {
    return { name, scan: answer };
  }

  function failing(name: string, error: Error): Scanner {
    return scannerOf(name, () => Promise.reject(error));
  }

  test('one scanner that fails is not scanned, and the others are asked all the same', async () => {
    const scanners = [
      failing('broken', new FactoryError('NETWORK_FAILED', 'cannot fetch the feed: no route')),
      scannerOf('a', () => Promise.resolve(result)),
    ];
    expect(await scan(subjectOf(), { ...deps, scanners })).toEqual({
      scannedAt: NOW.toISOString(),
      findings: [],
      results: [
        {
          ...result,
          tool: 'broken',
          toolVersion: '',
          status: 'not-scanned',
          reason: 'cannot fetch the feed: no route',
        },
        result,
      ],
    });
  });

  test.each([
    { summary: 'cancelling', error: new FactoryError('CANCELLED', 'cannot go on: cancelled') },
    {
      summary: 'a full disk',
      error: new FactoryError('STORAGE_FAILED', 'cannot read or write "x": the disk is full'),
    },
    { summary: 'a bug', error: new TypeError('x is not a function') },
  ])('$summary is no scan result', async ({ error }) => {
    await expect(scan(subjectOf(), { ...deps, scanners: [failing('a', error)] })).rejects.toBe(error);
  });
});
