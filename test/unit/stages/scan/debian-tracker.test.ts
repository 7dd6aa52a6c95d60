import { describe, expect, onTestFinished, test } from 'vitest';
import { createDebianTrackerScanner } from '../../../../src/stages/scan/index.ts';
import { NOW } from '../../../support/archive.ts';
import { documentServer, feedWorld } from '../../../support/feeds.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { installedPackage } from '../../../support/scanned-archive.ts';
import { scanSubject } from '../../../support/scan-subject.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const OPENSSL = installedPackage('libssl3t64', '3.5.1-1', 'openssl');
const SUBJECT = scanSubject([OPENSSL, installedPackage('openssl', '3.5.1-1')]);
const NEXT_DAY = new Date(NOW.getTime() + 86_400_000);
const signal = new AbortController().signal;

/** As https://security-tracker.debian.org/tracker/data/json writes it. */
function tracker(trixie: object, source = 'openssl'): string {
  const releases = {
    bookworm: { status: 'open', repositories: { bookworm: '3.0.1-1' }, urgency: 'not yet assigned' },
    trixie: { repositories: { trixie: '3.5.1-1' }, ...trixie },
  };
  const issue = { debianbug: 1_100_000, description: 'A "flaw" in {x}', scope: 'remote', releases };
  return JSON.stringify({ [source]: { 'CVE-2026-126714': issue } });
}

async function scanOf(
  document: string,
): Promise<{ findings: unknown; notAffected: unknown; status: string }> {
  const { url } = await serveHttp(documentServer(() => document));
  const scanner = createDebianTrackerScanner(url, feedWorld(await temporaryFolder()));
  const { findings, notAffected, status } = await scanner.scan(SUBJECT, signal);
  return { findings, notAffected, status };
}

describe('what the tracker says of an installed version', () => {
  test.each<{ summary: string; entry: object; expected: object | 'nothing' }>([
    {
      summary: 'open',
      entry: { status: 'open', urgency: 'not yet assigned' },
      expected: { vendorStatus: 'open', severity: 'unknown' },
    },
    {
      summary: 'open and rated, with a star of old entries',
      entry: { status: 'open', urgency: 'high**' },
      expected: { vendorStatus: 'open', severity: 'high', severityFrom: 'debian' },
    },
    {
      summary: 'no-dsa',
      entry: { status: 'open', urgency: 'medium', nodsa: 'Minor issue', nodsa_reason: '' },
      expected: { vendorStatus: 'no-dsa', severity: 'medium', severityFrom: 'debian' },
    },
    {
      summary: 'postponed',
      entry: { status: 'open', urgency: 'low', nodsa: 'later', nodsa_reason: 'postponed' },
      expected: { vendorStatus: 'postponed', severity: 'low', severityFrom: 'debian' },
    },
    {
      summary: 'ignored',
      entry: { status: 'open', urgency: 'not yet assigned', nodsa: 'not built', nodsa_reason: 'ignored' },
      expected: { vendorStatus: 'ignored', severity: 'unknown' },
    },
    {
      summary: 'unimportant',
      entry: { status: 'open', urgency: 'unimportant' },
      expected: { vendorStatus: 'unimportant', severity: 'low', severityFrom: 'debian' },
    },
    {
      summary: 'end of life',
      entry: { status: 'open', urgency: 'end-of-life' },
      expected: { vendorStatus: 'end-of-life', severity: 'unknown' },
    },
    {
      summary: 'undetermined',
      entry: { status: 'undetermined', urgency: 'not yet assigned' },
      expected: { vendorStatus: 'undetermined', severity: 'unknown' },
    },
    {
      summary: 'a status that came later',
      entry: { status: 'disputed', urgency: 'low' },
      expected: { vendorStatus: 'undetermined', severity: 'low', severityFrom: 'debian' },
    },
    {
      summary: 'resolved in a newer version',
      entry: { status: 'resolved', urgency: 'high', fixed_version: '3.5.1-1+deb13u1' },
      expected: {
        vendorStatus: 'resolved',
        severity: 'high',
        severityFrom: 'debian',
        fixed: '3.5.1-1+deb13u1',
      },
    },
    {
      summary: 'resolved in the installed version',
      entry: { status: 'resolved', urgency: 'high', fixed_version: '3.5.1-1' },
      expected: 'nothing',
    },
    {
      summary: 'resolved, unimportant, in a newer version',
      entry: { status: 'resolved', urgency: 'unimportant', fixed_version: '3.5.2-1' },
      expected: { vendorStatus: 'unimportant', severity: 'low', severityFrom: 'debian', fixed: '3.5.2-1' },
    },
    {
      summary: 'resolved, but nobody says where',
      entry: { status: 'resolved', urgency: 'low' },
      expected: { vendorStatus: 'undetermined', severity: 'low', severityFrom: 'debian' },
    },
  ])('$summary', async ({ entry, expected }) => {
    const base = { id: 'CVE-2026-126714', aliases: [], package: 'libssl3t64', source: 'openssl' };
    const rest = { installed: '3.5.1-1', platforms: ['linux/amd64'] };
    expect(await scanOf(tracker(entry))).toEqual({
      findings: expected === 'nothing' ? [] : [{ ...base, ...rest, ...expected }],
      notAffected: [],
      status: expected === 'nothing' ? 'clean' : 'findings',
    });
  });

  test('version 0 never had it: that is told too, for OpenVEX', async () => {
    const entry = { status: 'resolved', urgency: 'not yet assigned', fixed_version: '0' };
    expect(await scanOf(tracker(entry))).toMatchObject({
      status: 'clean',
      findings: [],
      notAffected: [
        {
          id: 'CVE-2026-126714',
          package: 'libssl3t64',
          justification: 'vulnerable_code_not_present',
          statement: "Debian's security tracker: openssl of trixie is not affected",
        },
      ],
    });
  });

  test('versions of the source count, and what is not Debian’s is not looked at', async () => {
    const rebuilt = {
      ...installedPackage('libgcc-s1', '1:14.2.0-19', 'gcc-14'),
      source: { name: 'gcc-14', version: '14.2.0-19' },
    };
    const foreign = { ...installedPackage('libpq5', '18.0-1'), archive: 'pgdg' };
    const { url } = await serveHttp(
      documentServer(() => tracker({ status: 'resolved', fixed_version: '14.2.0-20' }, 'gcc-14')),
    );
    const scanner = createDebianTrackerScanner(url, feedWorld(await temporaryFolder()));
    expect(await scanner.scan(scanSubject([rebuilt, foreign]), signal)).toMatchObject({
      unseen: ['libpq5'],
      findings: [{ package: 'libgcc-s1', installed: '14.2.0-19', fixed: '14.2.0-20' }],
    });
  });
});

describe('the download', () => {
  const OPEN = tracker({ status: 'open', urgency: 'low' });

  test('is one for all images of a run, and the next run asks whether there is another', async () => {
    const folder = await temporaryFolder();
    const { url, requests } = await serveHttp(documentServer(() => OPEN));
    const first = createDebianTrackerScanner(url, feedWorld(folder));
    first.prepare?.();
    await first.scan(SUBJECT, signal);
    await first.scan(SUBJECT, signal);
    expect(requests.length).toBe(1);
    const next = createDebianTrackerScanner(url, feedWorld(folder, NEXT_DAY));
    expect(await next.scan(SUBJECT, signal)).toMatchObject({
      status: 'findings',
      feed: url,
      feedDate: NEXT_DAY.toISOString(),
      findings: { length: 1 },
    });
    expect(requests.map(({ headers }) => headers['if-none-match'] !== undefined)).toEqual([false, true]);
  });

  test('fails: what was read last counts, with its age, and is told once', async () => {
    const folder = await temporaryFolder();
    const server = await serveHttp(documentServer(() => OPEN));
    await createDebianTrackerScanner(server.url, feedWorld(folder)).scan(SUBJECT, signal);
    const world = feedWorld(folder, NEXT_DAY);
    const scanner = createDebianTrackerScanner('http://127.0.0.1:9/tracker', world);
    const result = await scanner.scan(SUBJECT, signal);
    await scanner.scan(SUBJECT, signal);
    expect(result).toMatchObject({
      status: 'stale',
      reason: 'the security tracker did not answer',
      feedDate: NOW.toISOString(),
      findings: { length: 1 },
    });
    expect(world.notices).toEqual([
      expect.stringMatching(/^debian-tracker: cannot fetch .*; going on with 2026-/),
    ]);
  });

  test.each([
    { summary: 'nobody answers', document: undefined, code: 'NETWORK_FAILED' },
    { summary: 'a login page', document: '<html>log in</html>', code: 'FEED_INVALID' },
    { summary: 'it breaks off', document: OPEN.slice(0, -10), code: 'FEED_INVALID' },
    { summary: 'no release', document: '{}', code: 'FEED_INVALID' },
    { summary: 'another shape', document: '{"openssl":{"CVE-1":[]}}', code: 'FEED_INVALID' },
    { summary: 'a retired release', document: OPEN.replaceAll('trixie', 'buster'), code: 'FEED_INVALID' },
  ])('$summary, and there was nothing before: not scanned', async ({ document, code }) => {
    const served = document === undefined ? undefined : await serveHttp(documentServer(() => document));
    const world = feedWorld(await temporaryFolder());
    const scanner = createDebianTrackerScanner(served?.url ?? 'http://127.0.0.1:9/tracker', world);
    await expect(scanner.scan(SUBJECT, signal)).rejects.toMatchObject({ code });
  });

  test('a damaged copy counts as none', async () => {
    const folder = await temporaryFolder();
    const world = feedWorld(folder);
    const { url, requests } = await serveHttp(documentServer(() => OPEN));
    await createDebianTrackerScanner(url, world).scan(SUBJECT, signal);
    await world.state.write('debian-tracker.jsonl', '"trixie"\t{}\n');
    const result = await createDebianTrackerScanner(url, feedWorld(folder, NEXT_DAY)).scan(SUBJECT, signal);
    expect(result.findings.length).toBe(1);
    expect(requests.at(-1)?.headers['if-none-match']).toBeUndefined();
    onTestFinished(() => world.http.close());
  });
});
