import { expect, test } from 'vitest';
import { FactoryError } from '../../../src/model/index.ts';
import { toReport, unstartedRun, type Report } from '../../../src/report/index.ts';
import { createMetrics } from '../../../src/schedule/index.ts';
import { NOTHING_DECIDED } from '../../support/decided.ts';
import { entryOf, mixedRun } from '../../support/runs.ts';

type ReportedImage = Report['images'][number];

const METER = /^ingot_(?!stage_seconds_bucket|fix_to_release_seconds_bucket)/;

async function linesOf(reports: readonly Report[]): Promise<readonly string[]> {
  const metrics = createMetrics();
  for (const report of reports) {
    metrics.observe({ exitCode: report.exitCode, report, cacheBytes: 4096 }, 'schedule');
  }
  return (await metrics.text()).split('\n').filter((line) => METER.test(line));
}

test('what Prometheus is told of a run', async () => {
  const lines = await linesOf([toReport(mixedRun(), 3, NOTHING_DECIDED)]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/schedule/metrics.txt');
});

test('a run without a report counts as well', async () => {
  const metrics = createMetrics();
  metrics.observe({ exitCode: 70 }, 'missed');
  expect(await metrics.text()).toContain('ingot_runs_total{cause="missed",exit_code="70"} 1');
});

/** One image of the mixed run, as it ended in another night. */
function reportOf(...images: readonly (Partial<ReportedImage> & Pick<ReportedImage, 'id'>)[]): Report {
  const report = toReport(mixedRun(), 0, NOTHING_DECIDED);
  return {
    ...report,
    images: images.map((changes) => ({ ...report.images.find(({ id }) => id === changes.id)!, ...changes })),
  };
}

const PYTHON = 'python-3.13';
const LOOKED = toReport(mixedRun(), 0, NOTHING_DECIDED).images.find(({ id }) => id === PYTHON)!.scans;
const NOT_LOOKED = LOOKED.map((scan) => ({ ...scan, status: 'not-scanned' as const, feedDate: null }));

function findingsIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('ingot_findings'));
}

test.each<{
  readonly summary: string;
  readonly second: Partial<ReportedImage>;
  readonly findings: readonly string[];
}>([
  {
    summary: 'that was scanned, and has none',
    second: { outcome: 'unchanged', findings: [], scans: LOOKED },
    findings: ['unknown', 'low', 'medium', 'high', 'critical'].map(
      (severity) => `ingot_findings{image="python-3.13",severity="${severity}"} 0`,
    ),
  },
  {
    summary: 'that no scanner could look at',
    second: { outcome: 'blocked', findings: [], scans: NOT_LOOKED },
    findings: [],
  },
  { summary: 'that failed', second: { outcome: 'failed', findings: [], scans: [] }, findings: [] },
  { summary: 'that was kept', second: { outcome: 'kept', findings: [], scans: [] }, findings: [] },
])('the findings of an image $summary', async ({ second, findings }) => {
  const lines = await linesOf([reportOf({ id: PYTHON }), reportOf({ id: PYTHON, ...second })]);
  expect(findingsIn(lines)).toEqual(findings);
});

test('a night that could not start says of no image that it is clean, and leaves their ages', async () => {
  const { images, ...night } = mixedRun();
  const entries = images.map(({ entry }) => entryOf(...nameOf(entry.id)));
  const error = new FactoryError('RUN_IN_PROGRESS', 'cannot start: a run is under way');
  const unstarted = toReport(unstartedRun(night, { entries, broken: [] }, error), 3, NOTHING_DECIDED);
  const before = await linesOf([toReport(mixedRun(), 3, NOTHING_DECIDED)]);
  const after = await linesOf([toReport(mixedRun(), 3, NOTHING_DECIDED), unstarted]);
  expect(findingsIn(after)).toEqual([]);
  expect(agesIn(after)).toEqual(agesIn(before));
  expect(agesIn(after)).toHaveLength(3);
});

function nameOf(id: string): [string, string] {
  const dash = id.lastIndexOf('-');
  return [id.slice(0, dash), id.slice(dash + 1)];
}

function agesIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('ingot_image_released'));
}

test('an image that left the catalog has no age and no findings any more', async () => {
  const lines = await linesOf([
    reportOf({ id: 'node-24' }, { id: PYTHON }),
    reportOf({ id: 'static-13', outcome: 'unchanged' }),
  ]);
  expect([...findingsIn(lines), ...agesIn(lines)]).toEqual([
    'ingot_image_released_timestamp_seconds{image="static-13"} 1795470360',
  ]);
});

test('the time from a fix to its release is that of every fix that a release brought', async () => {
  const openssl = { source: 'openssl', version: '3.5.4-1~deb13u2', releasedAt: '2026-11-23T21:46:37.400Z' };
  const lines = await linesOf([
    reportOf({ id: 'node-24', fixes: [{ ...openssl, since: '2026-11-23T19:46:37.400Z' }] }),
    reportOf({ id: 'node-24', outcome: 'unchanged', fixes: [] }),
    reportOf({ id: 'node-24', fixes: [{ ...openssl, since: '2026-11-23T20:46:37.400Z' }] }),
  ]);
  expect(lines.filter((line) => line.startsWith('ingot_fix_to_release'))).toEqual([
    'ingot_fix_to_release_seconds_sum 10800',
    'ingot_fix_to_release_seconds_count 2',
  ]);
});
