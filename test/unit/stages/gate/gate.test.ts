import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type {
  CheckResult,
  Finding,
  ImageId,
  ImageSbom,
  Policy,
  ScannerResult,
  TestedImage,
} from '../../../../src/model/index.ts';
import { decideGate, gate } from '../../../../src/stages/gate/index.ts';
import type { GateConditions, GateFacts } from '../../../../src/stages/gate/index.ts';
import { mergeFindings } from '../../../../src/stages/scan/index.ts';
import { DEFAULT_POLICY, NO_GRACE } from '../../../support/policy.ts';
import { ROOT } from '../../../support/source-tree.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const POLICY: Policy = { ...DEFAULT_POLICY, graceDays: NO_GRACE };

const CONDITIONS: GateConditions = { policy: POLICY, decisions: [], now: NOW };

const PASSED: CheckResult = { kind: 'passed', check: 'no-setuid', platform: 'linux/amd64' };

const SCAN: ScannerResult = {
  tool: 'debian-archive',
  toolVersion: '1',
  status: 'up-to-date',
  feed: 'trixie-security of 2026-11-20T00:00:00.000Z',
  feedDate: '2026-11-23T11:00:00.000Z',
  findings: [],
};

const FINDING: Finding = {
  id: 'CVE-2026-126714',
  aliases: [],
  package: 'libssl3t64',
  source: 'openssl',
  installed: '3.5.1-1',
  fixed: '3.5.1-1+deb13u1',
  suite: 'trixie-security',
  fixedSince: '2026-11-20T12:00:00.000Z',
  severity: 'unknown',
  platforms: ['linux/amd64'],
};

interface Facts {
  readonly checks?: readonly CheckResult[];
  readonly platforms?: readonly ('linux/amd64' | 'linux/arm64')[];
  readonly results?: readonly ScannerResult[];
  readonly endOfLife?: string;
}

function factsWith({ checks = [PASSED], platforms = ['linux/amd64'], ...rest }: Facts): GateFacts {
  const results = rest.results ?? [SCAN];
  return {
    entry: {
      id: 'python-3.11' as ImageId,
      dates: { release: '2025-08-09', endOfLife: rest.endOfLife ?? '2028-08-09' },
    },
    report: {
      checks,
      contents: platforms.map((platform) => ({
        platform,
        packages: [],
        sizes: { compressed: 1, unpacked: 1 },
        layers: [],
      })),
    },
    scan: { scannedAt: NOW.toISOString(), results, findings: mergeFindings(results) },
  };
}

interface Case {
  readonly summary: string;
  readonly facts: Facts;
  readonly policy?: Partial<Policy>;
  /** `rule: message`; none is a pass. */
  readonly expected: readonly string[];
}

const found = (changes: Partial<Finding>, status: ScannerResult['status'] = 'findings'): Facts => ({
  results: [{ ...SCAN, status, findings: [{ ...FINDING, ...changes }] }],
});

const UPDATE =
  'pending-security-update: openssl: 3.5.1-1 is installed, 3.5.1-1+deb13u1 fixes CVE-2026-126714';

const CASES: readonly Case[] = [
  { summary: 'everything right', facts: {}, expected: [] },
  {
    summary: 'no platform tested',
    facts: { platforms: [] },
    expected: ['not-tested: no platform was tested'],
  },
  {
    summary: 'a platform without a check',
    facts: { platforms: ['linux/amd64', 'linux/arm64'] },
    expected: ['not-tested: linux/arm64: no check was made'],
  },
  {
    summary: 'a failed check',
    facts: {
      checks: [
        PASSED,
        {
          kind: 'failed',
          check: 'no-setuid',
          platform: 'linux/amd64',
          expected: 'no setuid or setgid bit',
          got: '/usr/bin/su (4755)',
        },
      ],
    },
    expected: [
      'test-failed: linux/amd64: no-setuid: expected no setuid or setgid bit, got /usr/bin/su (4755)',
    ],
  },
  {
    summary: 'a required scanner did not run',
    facts: { results: [] },
    expected: ['scanner-missing: debian-archive: required by policy, but did not run'],
  },
  {
    summary: 'a required scanner could not scan',
    facts: { results: [{ ...SCAN, status: 'not-scanned', reason: 'no index is open' }] },
    expected: ['not-scanned: debian-archive: no index is open'],
  },
  {
    summary: 'a scanner nobody requires could not scan',
    facts: { results: [SCAN, { ...SCAN, tool: 'osv', status: 'not-scanned' }] },
    expected: [],
  },
  {
    summary: 'stale data',
    facts: { results: [{ ...SCAN, status: 'stale' }] },
    expected: [
      'scanner-stale: debian-archive: its source did not answer, data is from 2026-11-23T11:00:00.000Z',
    ],
  },
  {
    summary: 'a feed of exactly the age that is allowed',
    facts: { results: [{ ...SCAN, feedDate: '2026-11-21T12:00:00.000Z' }] },
    expected: [],
  },
  {
    summary: 'a feed that is too old',
    facts: { results: [{ ...SCAN, feedDate: '2026-11-21T10:59:59.000Z' }] },
    expected: [
      'feed-too-old: debian-archive: expected data of at most 48 hours, got data of 2026-11-21T10:59:59.000Z',
    ],
  },
  {
    summary: 'a feed that its source no longer vouches for',
    facts: { results: [{ ...SCAN, feedValidUntil: '2026-11-23T11:59:59.000Z' }] },
    expected: ['feed-expired: debian-archive: data was valid until 2026-11-23T11:59:59.000Z'],
  },
  { summary: 'a pending security update', facts: found({}), expected: [UPDATE] },
  {
    summary: 'a pending security update within its grace',
    facts: found({}),
    policy: { graceDays: { ...NO_GRACE, unknown: 4 } },
    expected: [],
  },
  {
    summary: 'a pending security update at the end of its grace',
    facts: found({}),
    policy: { graceDays: { ...NO_GRACE, unknown: 3 } },
    expected: [UPDATE],
  },
  {
    summary: 'a security update that names no CVE',
    facts: found({ id: 'pending-update' }),
    expected: [
      'pending-security-update: openssl: 3.5.1-1 is installed, 3.5.1-1+deb13u1 fixes pending-update',
    ],
  },
  {
    summary: 'a CVE that a point release fixes',
    facts: found({ suite: 'trixie' }),
    expected: [UPDATE],
  },
  {
    summary: 'an update that is not about security',
    facts: found({ id: 'pending-update', suite: 'trixie-updates' }),
    expected: [],
  },
  {
    summary: 'a finding of stale data',
    facts: found({}, 'stale'),
    expected: [
      'scanner-stale: debian-archive: its source did not answer, data is from 2026-11-23T11:00:00.000Z',
      UPDATE,
    ],
  },
  {
    summary: 'several CVEs of one update are one reason',
    facts: {
      results: [{ ...SCAN, status: 'findings', findings: [FINDING, { ...FINDING, id: 'CVE-2026-9999' }] }],
    },
    expected: [`${UPDATE}, CVE-2026-9999`],
  },
  { summary: 'the last day of support', facts: { endOfLife: '2026-11-23' }, expected: [] },
  {
    summary: 'the day after the last day of support',
    facts: { endOfLife: '2026-11-22' },
    expected: ['end-of-life: support ended on 2026-11-22'],
  },
  {
    summary: 'dates that are none',
    facts: { endOfLife: 'soon', results: [{ ...SCAN, feedDate: '', feedValidUntil: 'x' }] },
    expected: [
      'feed-too-old: debian-archive: expected data of at most 48 hours, got data of ',
      'feed-expired: debian-archive: data was valid until x',
      'end-of-life: support ended on soon',
    ],
  },
  {
    summary: 'everything wrong at once',
    facts: {
      platforms: ['linux/amd64', 'linux/arm64'],
      checks: [{ kind: 'failed', check: 'serves', platform: 'linux/amd64', expected: '200', got: '500' }],
      results: [
        {
          ...SCAN,
          status: 'stale',
          feedDate: '2026-11-01T00:00:00.000Z',
          feedValidUntil: '2026-11-10T00:00:00.000Z',
          findings: [FINDING],
        },
      ],
      endOfLife: '2020-01-01',
    },
    policy: { requiredScanners: ['debian-archive', 'grype'] },
    expected: [
      'not-tested: linux/arm64: no check was made',
      'test-failed: linux/amd64: serves: expected 200, got 500',
      'scanner-stale: debian-archive: its source did not answer, data is from 2026-11-01T00:00:00.000Z',
      'scanner-missing: grype: required by policy, but did not run',
      'feed-too-old: debian-archive: expected data of at most 48 hours, got data of 2026-11-01T00:00:00.000Z',
      'feed-expired: debian-archive: data was valid until 2026-11-10T00:00:00.000Z',
      UPDATE,
      'end-of-life: support ended on 2020-01-01',
    ],
  },
];

function verdictOf({ facts, policy }: Case): readonly string[] {
  const verdict = decideGate(factsWith(facts), { ...CONDITIONS, policy: { ...POLICY, ...policy } });
  return verdict.kind === 'pass' ? [] : verdict.reasons.map(({ rule, message }) => `${rule}: ${message}`);
}

describe('decideGate', () => {
  test.each(CASES)('$summary', (each) => {
    expect(verdictOf(each)).toEqual(each.expected);
  });

  test('a table of verdicts for the reviewer', async () => {
    const rows = CASES.map((each) => {
      const reasons = verdictOf(each);
      const lines = reasons.length === 0 ? ['pass'] : reasons.map((reason) => `block: ${reason}`);
      return `${each.summary}\n${lines.map((line) => `    ${line}\n`).join('')}`;
    });
    await expect(rows.join('\n')).toMatchFileSnapshot(path.join(ROOT, 'test/golden/gate/verdicts.txt'));
  });
});

describe('gate', () => {
  const facts = factsWith({});
  const tested = {
    built: { rendered: { locked: { entry: facts.entry, lock: { suites: [] } } } },
    report: facts.report,
  } as unknown as TestedImage;
  const sbom: ImageSbom = { platforms: [] };

  test('what passes is marked and keeps its records', () => {
    const result = gate({ tested, sbom, scan: facts.scan }, CONDITIONS);
    expect(result).toEqual({ kind: 'pass', image: { tested, sbom, scan: facts.scan } });
  });

  test('what is blocked is no image', () => {
    const scan = { ...facts.scan, results: [] };
    const result = gate({ tested, sbom, scan }, CONDITIONS);
    expect(result).toMatchObject({ kind: 'block', reasons: [{ rule: 'scanner-missing' }] });
    expect(result).not.toHaveProperty('image');
  });
});
