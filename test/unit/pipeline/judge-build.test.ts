import { expect, test } from 'vitest';
import type { Policy, ScannerResult, ScanStatus } from '../../../src/model/index.ts';
import type { RunDeps } from '../../../src/pipeline/deps.ts';
import { judgeBuild, type JudgedBuild } from '../../../src/pipeline/judge-build.ts';
import { createStageClock } from '../../../src/pipeline/stage-clock.ts';
import type { Scanner, ScanSubject } from '../../../src/stages/scan/index.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { DEFAULT_POLICY } from '../../support/policy.ts';
import { clientFor, serveRegistry, type TestRegistry } from '../../support/registry.ts';
import { findingOf } from '../../support/gate-facts.ts';
import { testPool } from '../../support/signing.ts';

const NOW = new Date('2026-11-21T03:12:00.000Z');

interface Judged {
  readonly served: TestRegistry;
  readonly stages: readonly string[];
  /** What the scanner of the registry was asked about. */
  readonly asked: readonly ScanSubject[];
  readonly records: readonly string[];
  readonly judged: JudgedBuild;
}

/** A build that a scanner of the registry says something of, once it was pushed. */
async function judged(said: Partial<ScannerResult>, policy: Partial<Policy> = {}): Promise<Judged> {
  const served = await serveRegistry();
  const asked: ScanSubject[] = [];
  const records: string[] = [];
  const scanner: Scanner = {
    name: 'ecr',
    looksIn: 'registry',
    scan: (subject) => {
      asked.push(subject);
      const result = {
        tool: 'ecr',
        toolVersion: '1',
        status: 'clean',
        feed: 'x',
        findings: [],
        ...said,
      } as const;
      return Promise.resolve({ ...result, feedDate: NOW.toISOString() });
    },
  };
  const signal = new AbortController().signal;
  const deps = {
    catalog: { policy: { ...DEFAULT_POLICY, ...policy }, decisions: [], teams: [] },
    goldenPrefix: `${served.address}/golden`,
    registryAddress: served.address,
    runStartedAt: NOW,
    scanners: [scanner],
    sign: { registry: clientFor(), pool: testPool() },
    writeRecord: (_: string, name: string) => Promise.resolve(void records.push(name)),
    emit: () => undefined,
    signal,
  } as unknown as RunDeps;
  const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
  const clock = createStageClock(image.tested.built.rendered.locked.entry.id, deps);
  const work = { deps, clock, lookForFiles: () => Promise.resolve([]) };
  const result = await judgeBuild({ tested: image.tested, sbom: image.sbom, scan: image.scan }, work);
  return { served, stages: clock.timings().map(({ stage }) => stage), asked, records, judged: result };
}

const REQUIRED = { requiredScanners: ['debian-archive', 'ecr'] };

test('a scanner of the registry is asked about what was pushed, by digest and to the golden repository alone', async () => {
  const { served, stages, asked, records, judged: build } = await judged({}, REQUIRED);
  expect(build.result.kind).toBe('pass');
  expect(stages).toEqual(['gate', 'publish', 'scan', 'gate']);
  const { built } = build.request.tested;
  expect(asked.map(({ ref }) => ref)).toEqual([
    { repository: `${served.address}/golden/python`, digest: built.index.digest },
  ]);
  expect(await asked[0]?.manifests?.()).toEqual(
    built.platforms.map(({ platform, manifest }) => ({ platform, digest: manifest.digest })),
  );
  expect([...served.repository('golden/python').tags]).toEqual([]);
  expect(build.request.scan.results.map(({ tool }) => tool)).toEqual(['debian-archive', 'ecr']);
  expect(records).toContain('scan.json');
});

test.each<{ summary: string; said: Partial<ScannerResult>; policy?: Partial<Policy>; rule: string }>([
  {
    summary: 'what it could not look at, where it has to',
    said: { status: 'not-scanned' satisfies ScanStatus, reason: 'no' },
    policy: REQUIRED,
    rule: 'not-scanned',
  },
  {
    summary: 'what it found',
    said: { status: 'findings', findings: [findingOf({ fixedSince: '2026-01-01T00:00:00Z', fixed: '9' })] },
    rule: 'pending-security-update',
  },
])('stops $summary', async ({ said, policy, rule }) => {
  const { result } = (await judged(said, policy)).judged;
  expect(result.kind === 'block' && result.reasons.map((reason) => reason.rule)).toEqual([rule]);
});

test('nothing is pushed of what the other rules say no to', async () => {
  const { served, stages, asked, judged: build } = await judged({}, { requiredScanners: ['osv', 'ecr'] });
  expect(build.result).toMatchObject({
    kind: 'block',
    reasons: [{ rule: 'scanner-missing', message: 'osv: required by policy, but did not run' }],
  });
  expect([stages, asked, served.requests]).toEqual([['gate'], [], []]);
});
