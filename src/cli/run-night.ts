import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { folderBytes } from '../host/folder-size.ts';
import { keepNewest } from '../host/keep-newest.ts';
import type { ProcessRunner } from '../host/process.ts';
import { newRunId } from '../report/index.ts';
import { Report } from '../report/schema.ts';
import type { NightEnd } from '../schedule/index.ts';
import { EXIT } from './exit-code.ts';

/** How long a run has to stop what it started. */
const STOP_MS = 120_000;
/** Of which records and output are kept. */
const KEPT_RUNS = 30;
const RUN_ID = /^\d{8}T\d{6}Z-/;
/** Lines of the output that are told of a run without a report. */
const TOLD_LINES = 20;

export interface NightPlace {
  readonly cwd: string;
  readonly cache: string;
  /** Where what runs print is kept, a file each. */
  readonly logs: string;
  readonly runner: ProcessRunner;
  readonly signal: AbortSignal;
}

/** A run in a process of its own, which is stopped with us. */
export async function runNight(argv: readonly string[], place: NightPlace): Promise<NightEnd> {
  const { cwd, cache, logs, runner, signal } = place;
  const before = await latestReport(cwd);
  await mkdir(logs, { recursive: true });
  const logFile = path.join(logs, `${newRunId(new Date())}.log`);
  const child = await runner.start(argv, { cwd, logFile });
  function stop(): void {
    void child.stop(STOP_MS);
  }
  signal.addEventListener('abort', stop);
  const { exitCode } = await child.ended;
  signal.removeEventListener('abort', stop);
  await keepNewest(logs, RUN_ID, KEPT_RUNS);
  await keepNewest(path.join(cwd, 'out'), RUN_ID, KEPT_RUNS);
  const report = await latestReport(cwd);
  const isOwn = report !== undefined && report.runId !== before?.runId;
  return {
    exitCode: exitCode ?? EXIT.bug,
    isKilled: exitCode === undefined,
    cacheBytes: await folderBytes(cache),
    ...(isOwn ? { report } : { output: await endOf(logFile) }),
  };
}

async function latestReport(cwd: string): Promise<Report | undefined> {
  try {
    return Report.parse(JSON.parse(await readFile(path.join(cwd, 'out/latest/report.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

async function endOf(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-TOLD_LINES).join('\n');
}
