import { readFileSync, readlinkSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { newRunId } from '../../../src/report/run-id.ts';
import { Report } from '../../../src/report/schema.ts';
import { toReport } from '../../../src/report/to-report.ts';
import { writeReport } from '../../../src/report/write-report.ts';
import { temporaryFolder } from '../../support/catalog-folder.ts';
import { NOTHING_DECIDED } from '../../support/decided.ts';
import { mixedRun } from '../../support/runs.ts';

test('latest points at the last run, and nothing half-written is left', async () => {
  using folder = temporaryFolder();
  const first = toReport(mixedRun(), 0, NOTHING_DECIDED);
  const second = { ...first, runId: '20261124T000000Z-0000', exitCode: 3 };
  await writeReport(folder.path, first);
  const written = await writeReport(folder.path, second);
  expect(readlinkSync(path.join(folder.path, 'latest'))).toBe(second.runId);
  expect(written.json).toBe(path.join(folder.path, second.runId, 'report.json'));
  expect(readdirSync(folder.path).sort()).toEqual([first.runId, second.runId, 'latest']);
  expect(readdirSync(path.join(folder.path, 'latest')).sort()).toEqual(['report.json', 'report.md']);
  const latest: unknown = JSON.parse(readFileSync(path.join(folder.path, 'latest/report.json'), 'utf8'));
  expect(Report.parse(latest)).toEqual(second);
});

test('a folder that cannot be written is told as such', async () => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'out');
  writeFileSync(file, '');
  await expect(writeReport(file, toReport(mixedRun(), 0, NOTHING_DECIDED))).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    hint: expect.stringContaining(file),
  });
});

test('run ids sort by time', () => {
  const ids = ['2026-11-23T21:45:30.999Z', '2026-11-24T00:00:00Z'].map((text) => newRunId(new Date(text)));
  expect(ids[0]).toMatch(/^20261123T214530Z-[0-9a-f]{4}$/);
  expect([...ids].sort()).toEqual(ids);
});
