import { describe, expect, test } from 'vitest';
import type { Finding, GateVerdict, ScannerResult, ScanReport, Sha256 } from '../../../../src/model/index.ts';
import { decideReattest, judgementStatements, keepPublished } from '../../../../src/stages/sign/index.ts';
import type { PublishedStatements } from '../../../../src/stages/sign/index.ts';
import { PREDICATE_TYPE } from '../../../../src/oci/index.ts';
import { takenBack } from '../../../../src/stages/sign/vex.ts';
import { parseScanPredicate } from '../../../../src/stages/sign/vulnerabilities.ts';
import { evidence } from '../../../support/evidence.ts';
import { BUILD_ID, DIGEST, imageId } from '../../../support/runs.ts';

const SCANNED = '2026-11-21T03:12:00.000Z';
const PASS: GateVerdict = { kind: 'pass' };

function blocked(rule: string, message = 'a reason'): GateVerdict {
  return { kind: 'block', reasons: [{ rule, message }] };
}

function finding(change: Partial<Finding> = {}): Finding {
  return {
    id: 'CVE-2026-126714',
    aliases: [],
    package: 'libssl3t64',
    source: 'openssl',
    installed: '3.5.8-1',
    severity: 'high',
    platforms: ['linux/amd64'],
    ...change,
  };
}

function result(change: Partial<ScannerResult> = {}): ScannerResult {
  return {
    tool: 'debian-archive',
    toolVersion: '1',
    status: 'up-to-date',
    feed: 'debian trixie',
    feedDate: SCANNED,
    findings: [],
    ...change,
  };
}

function scanOf(results: readonly ScannerResult[], scannedAt = SCANNED): ScanReport {
  return { scannedAt, results, findings: [] };
}

function judged(scan: ScanReport, verdict: GateVerdict, vex?: object) {
  const { gate, ...rest } = evidence();
  return judgementStatements(
    { subject: DIGEST, platforms: [PLATFORM], id: imageId('python-3.13'), buildId: BUILD_ID, scan },
    { ...rest, gate: { ...gate, verdict }, ...(vex && { vex }) },
  );
}

/** What a run that found this has attested, as it is read again. */
function published(scan: ScanReport, verdict: GateVerdict, vex?: object): PublishedStatements {
  const statements = judged(scan, verdict, vex);
  const ofType = (type: string) =>
    statements
      .filter(({ predicateType }) => predicateType === type)
      .map(({ predicate }): unknown => JSON.parse(JSON.stringify(predicate)));
  return {
    scans: ofType(PREDICATE_TYPE.vulnerabilities).flatMap((each) => parseScanPredicate(each) ?? []),
    run: ofType(PREDICATE_TYPE.run)[0],
    vex: ofType(PREDICATE_TYPE.vex)[0],
    provenance: undefined,
  };
}

interface Night {
  readonly results?: readonly ScannerResult[];
  readonly verdict?: GateVerdict;
  readonly vex?: object;
}

interface Case {
  readonly summary: string;
  readonly before?: Night;
  readonly now?: Night;
  /** Hours after the attested scan; a week is allowed. */
  readonly hours?: number;
  readonly decision: ReturnType<typeof decideReattest>;
}

const PLATFORM = `sha256:${'ef'.repeat(32)}` as Sha256;
const KEEP = { kind: 'keep' } as const;
const WITH_FINDING = [result({ status: 'findings', findings: [finding()] })];
const VEX = {
  '@id': 'urn:a',
  timestamp: SCANNED,
  version: 1,
  statements: [{ vulnerability: { name: 'CVE-2026-126714' }, status: 'not_affected', products: [] }],
};

const TAKEN_BACK = takenBack(VEX, SCANNED) as object;

const CASES: readonly Case[] = [
  { summary: 'the same as last night', hours: 24, decision: KEEP },
  {
    summary: 'the same from a newer feed, by a newer tool',
    now: { results: [result({ toolVersion: '2', feedDate: '2026-11-22T00:00:00.000Z' })] },
    hours: 24,
    decision: KEEP,
  },
  { summary: 'just before half of the allowed age', hours: 83.9, decision: KEEP },
  {
    summary: 'half of the allowed age',
    hours: 84,
    decision: { kind: 'fresh', reason: 'half-of-its-age' },
  },
  {
    summary: 'a new finding',
    now: { results: WITH_FINDING },
    decision: { kind: 'fresh', reason: 'findings-changed' },
  },
  {
    summary: 'a finding that is gone',
    before: { results: WITH_FINDING },
    now: { results: [result()] },
    decision: { kind: 'fresh', reason: 'findings-changed' },
  },
  {
    summary: 'a fix that appeared',
    before: { results: WITH_FINDING },
    now: { results: [result({ status: 'findings', findings: [finding({ fixed: '3.5.9-1' })] })] },
    decision: { kind: 'fresh', reason: 'findings-changed' },
  },
  {
    summary: 'the same findings in another order',
    before: { results: [result({ findings: [finding(), finding({ package: 'openssl' })] })] },
    now: { results: [result({ findings: [finding({ package: 'openssl' }), finding()] })] },
    decision: KEEP,
  },
  ...(['clean', 'stale', 'not-scanned'] as const).map((status) => ({
    summary: `up to date before, and now ${status}`,
    now: { results: [result({ status })] },
    decision: { kind: 'fresh', reason: 'findings-changed' } as const,
  })),
  {
    summary: 'one scanner more',
    now: { results: [result(), result({ tool: 'osv' })] },
    decision: { kind: 'fresh', reason: 'findings-changed' },
  },
  {
    summary: 'a verdict that fails newly',
    now: { verdict: blocked('pending-security-update') },
    decision: { kind: 'fresh', reason: 'verdict-changed' },
  },
  {
    summary: 'another rule that blocks',
    before: { verdict: blocked('end-of-life') },
    now: { verdict: blocked('pending-security-update') },
    decision: { kind: 'fresh', reason: 'verdict-changed' },
  },
  {
    summary: 'the same rule with an age that has grown',
    before: { verdict: blocked('pending-security-update', 'pending for 8 days') },
    now: { verdict: blocked('pending-security-update', 'pending for 9 days') },
    decision: KEEP,
  },
  { summary: 'a first waiver', now: { vex: VEX }, decision: { kind: 'fresh', reason: 'vex-changed' } },
  { summary: 'no waiver any more', before: { vex: VEX }, decision: { kind: 'fresh', reason: 'vex-changed' } },
  {
    summary: 'no waiver any more, as the document says already',
    before: { vex: TAKEN_BACK },
    decision: KEEP,
  },
  {
    summary: 'a waiver after all was taken back',
    before: { vex: TAKEN_BACK },
    now: { vex: VEX },
    decision: { kind: 'fresh', reason: 'vex-changed' },
  },
  {
    summary: 'the same waivers, written again',
    before: { vex: VEX },
    now: { vex: { ...VEX, '@id': 'urn:b', timestamp: '2026-11-22T03:12:00.000Z', version: 2 } },
    decision: KEEP,
  },
];

test.each(CASES)('$summary: $decision.kind', ({ before = {}, now = {}, hours = 24, decision }) => {
  const usual = { results: [result()], verdict: PASS, ...before };
  const at = new Date(Date.parse(SCANNED) + hours * 3_600_000);
  const tonight = { ...usual, ...now };
  const attested = published(scanOf(usual.results), usual.verdict, before.vex);
  const fresh = {
    scan: scanOf(tonight.results, at.toISOString()),
    verdict: tonight.verdict,
    ...(now.vex && { vex: now.vex }),
  };
  expect(decideReattest(attested, fresh, { now: at, maxScanAgeHours: 168 })).toEqual(decision);
});

test.each([
  { summary: 'nothing', attested: { scans: [], run: undefined, vex: undefined } },
  {
    summary: 'a run of another version of ingot',
    attested: { ...published(scanOf([result()]), PASS), run: { verdict: 'fine' } },
  },
])('$summary attested: fresh', ({ attested }) => {
  const fresh = { scan: scanOf([result()]), verdict: PASS };
  const age = { now: new Date(SCANNED), maxScanAgeHours: 168 };
  expect(decideReattest(attested, fresh, age)).toEqual({ kind: 'fresh', reason: 'not-attested' });
});

describe('what stays of what is published', () => {
  const old = { ...published(scanOf([result()]), PASS, VEX), provenance: { buildType: 'old' } };
  const statements = [
    { subject: DIGEST, predicateType: PREDICATE_TYPE.provenance, predicate: { buildType: 'new' } },
    ...judged(scanOf([result()], '2026-11-22T03:12:00.000Z'), PASS, { ...VEX, version: 2 }),
    { subject: DIGEST, predicateType: PREDICATE_TYPE.lock, predicate: { lock: 'new' } },
  ];

  function predicateOf(type: string, kept: typeof statements | ReturnType<typeof keepPublished>): unknown {
    return kept.find(({ predicateType }) => predicateType === type)?.predicate;
  }

  test('the first provenance, whatever is decided of scans', () => {
    for (const decision of [KEEP, { kind: 'fresh', reason: 'verdict-changed' }] as const) {
      const kept = keepPublished(statements, old, decision);
      expect(predicateOf(PREDICATE_TYPE.provenance, kept)).toEqual({ buildType: 'old' });
      expect(predicateOf(PREDICATE_TYPE.lock, kept)).toEqual({ lock: 'new' });
      expect(kept).toHaveLength(statements.length);
    }
  });

  test('scans and the run that judged them, unless they are made fresh', () => {
    const kept = keepPublished(statements, old, KEEP);
    expect(predicateOf(PREDICATE_TYPE.vulnerabilities, kept)).toBe(old.scans[0]?.predicate);
    expect(predicateOf(PREDICATE_TYPE.run, kept)).toBe(old.run);
    const fresh = keepPublished(statements, old, { kind: 'fresh', reason: 'half-of-its-age' });
    expect(predicateOf(PREDICATE_TYPE.vulnerabilities, fresh)).toBe(
      predicateOf(PREDICATE_TYPE.vulnerabilities, statements),
    );
  });

  test('a VEX document that says the same', () => {
    expect(predicateOf(PREDICATE_TYPE.vex, keepPublished(statements, old, KEEP))).toBe(old.vex);
  });

  test('nothing, where nothing is published', () => {
    const none = { scans: [], run: undefined, vex: undefined, provenance: undefined };
    expect(keepPublished(statements, none, { kind: 'fresh', reason: 'not-attested' })).toEqual(statements);
  });
});
