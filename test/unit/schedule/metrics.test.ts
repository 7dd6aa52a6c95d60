import { expect, test } from 'vitest';
import { toReport, type Report } from '../../../src/report/index.ts';
import { createMetrics } from '../../../src/schedule/index.ts';
import { NOTHING_DECIDED } from '../../support/decided.ts';
import { mixedRun } from '../../support/runs.ts';

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

test('the time from a fix to its release is that of what the image had before, and has no more', async () => {
  const report = toReport(mixedRun(), 0, NOTHING_DECIDED);
  const [python] = report.images.filter(({ id }) => id === 'python-3.13');
  const [finding] = python?.findings ?? [];
  const [node] = report.images.filter(({ id }) => id === 'node-24');
  const since = '2026-11-23T19:46:37.400Z';
  const had = {
    ...node!,
    findings: [
      { ...finding!, fixedSince: since },
      { ...finding!, id: 'CVE-2026-2' },
    ],
  };
  const lines = await linesOf([
    { ...report, images: [had] },
    { ...report, images: [{ ...node!, outcome: 'released', findings: [{ ...finding!, id: 'CVE-2026-2' }] }] },
  ]);
  expect(lines.filter((line) => line.startsWith('ingot_fix_to_release'))).toEqual([
    'ingot_fix_to_release_seconds_sum 7200',
    'ingot_fix_to_release_seconds_count 1',
  ]);
});
