import path from 'node:path';
import { expect, test } from 'vitest';
import { reportMarkdown } from '../../../src/report/markdown.ts';
import { plainLine } from '../../../src/report/plain-reporter.ts';
import { NO_PROGRESS, progressAfter, progressText } from '../../../src/report/progress.ts';
import { summaryText } from '../../../src/report/summary.ts';
import { toReport } from '../../../src/report/to-report.ts';
import { Report } from '../../../src/report/schema.ts';
import { DECIDED, decidedRun } from '../../support/decided.ts';
import { timedEvents } from '../../support/run-events.ts';
import { ROOT } from '../../support/source-tree.ts';

function golden(name: string): string {
  return path.join(ROOT, 'test/golden/report', name);
}

test('report.json holds what the schema says', async () => {
  const report = toReport(decidedRun(), 3, DECIDED);
  expect(Report.parse(report)).toEqual(report);
  await expect(`${JSON.stringify(report, null, 2)}\n`).toMatchFileSnapshot(golden('report.json'));
});

test('report.md', async () => {
  await expect(reportMarkdown(toReport(decidedRun(), 3, DECIDED))).toMatchFileSnapshot(golden('report.md'));
});

test('summary on the terminal', async () => {
  const text = summaryText(toReport(decidedRun(), 3, DECIDED), 'out/20261123T214530Z-3fa9/report.json');
  await expect(`${text}\n`).toMatchFileSnapshot(golden('summary.txt'));
});

test('live display, frame by frame', async () => {
  let state = NO_PROGRESS;
  const frames = timedEvents().map(([atMs, event]) => {
    state = progressAfter(state, event, atMs);
    return `after ${event.kind} at ${atMs} ms, drawn 500 ms later\n${progressText(state, atMs + 500)}\n`;
  });
  await expect(frames.join('\n')).toMatchFileSnapshot(golden('progress.txt'));
});

test('plain lines', async () => {
  const lines = timedEvents().flatMap(([, event]) => plainLine(event) ?? []);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(golden('plain.txt'));
});
