import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { createFileStore } from '../host/file-store.ts';
import { folderBytes } from '../host/folder-size.ts';
import { homeFolder, ingotPaths, stateFolder } from '../host/paths.ts';
import { createProcessRunner, type ProcessRunner } from '../host/process.ts';
import { FactoryError, type Catalog, type ImagePlan } from '../model/index.ts';
import { Report } from '../report/schema.ts';
import { createMetrics, hasSecurityFix, type NightEnd, type ScheduleDeps } from '../schedule/index.ts';
import type { CommandContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { childEnvironment } from './open-network.ts';
import { openResolve } from './open-resolve.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** How long a run has to stop what it started. */
const STOP_MS = 120_000;
const MOST_RELEASE_BYTES = 1 << 20;

/** What every run is called with. */
export interface ScheduledRun {
  readonly target: string;
  /** `1/4`, where several processes share the catalog. */
  readonly shard?: string;
}

/** The real thing: runs are processes of ingot's own, which read the catalog as it is then. */
export async function openSchedule(
  catalog: Catalog,
  scheduled: ScheduledRun,
  context: CommandContext,
): Promise<ScheduleDeps> {
  const { environment, cwd, signal } = context;
  const home = homeFolder(environment);
  const state = path.join(stateFolder(environment, home), 'schedule');
  await mkdir(state, { recursive: true });
  const store = createFileStore(state);
  const metrics = createMetrics();
  const runner = createProcessRunner(await childEnvironment(context));
  const ingot = [process.execPath, path.join(OWN_FOLDER, 'src/start.js'), '--catalog', catalog.folder];
  const { target, shard } = scheduled;
  const options = ['--target', target, ...(shard === undefined ? [] : ['--shard', shard])];

  return {
    log: openLog(target, context.stdout),
    metrics,
    night: () => runNight([...ingot, 'nightly', ...options], { runner, state }, context),
    suiteDates: () => suiteDates(catalog, context),
    isFixDue: async () => {
      const argv = [...ingot, 'plan', '--target', target, '--json'];
      const { stdout } = await runner.run(argv, { cwd, signal, accepts: [2, 3] });
      return hasSecurityFix(JSON.parse(stdout) as readonly ImagePlan[]);
    },
    noted: async () => {
      const text = await store.read(`${target}.next`);
      return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text);
    },
    note: (next) => store.write(`${target}.next`, next.toISOString()),
    signal,
  };
}

/** A run in a process of its own, which is stopped with us. */
async function runNight(
  argv: readonly string[],
  { runner, state }: { readonly runner: ProcessRunner; readonly state: string },
  { cwd, environment, signal }: CommandContext,
): Promise<NightEnd> {
  const before = await latestReport(cwd);
  const child = await runner.start(argv, { cwd, logFile: path.join(state, 'nightly.log') });
  function stop(): void {
    void child.stop(STOP_MS);
  }
  signal.addEventListener('abort', stop);
  const { exitCode = EXIT.bug } = await child.ended;
  signal.removeEventListener('abort', stop);
  const cacheBytes = await folderBytes(ingotPaths(environment, homeFolder(environment)).cache);
  const report = await latestReport(cwd);
  const isOwn = report !== undefined && report.runId !== before?.runId;
  return { exitCode, cacheBytes, ...(isOwn && { report }) };
}

/** One JSON object per line, with words for levels and ISO instants. */
function openLog(target: string, stdout: CommandContext['stdout']): ScheduleDeps['log'] {
  const formatters = { level: (level: string) => ({ level }) };
  return pino(
    { base: { target }, formatters, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void stdout.write(line) },
  );
}

/** Not verified: it only says when a plan, which verifies everything, is worth its time. */
async function suiteDates(
  catalog: Catalog,
  context: CommandContext,
): Promise<Readonly<Record<string, string>>> {
  await using closing = new AsyncDisposableStack();
  const request = { ...context, startedAt: new Date(), catalog };
  const { http, mirrors } = await openResolve(request, catalog.archives, closing);
  const dates: Record<string, string> = {};
  for (const suite of new Set(catalog.entries.map((entry) => `${entry.suite}-security`))) {
    const url = `${mirrors['debian-security']}/dists/${suite}/InRelease`;
    const answer = await http.get(url, { maxBytes: MOST_RELEASE_BYTES, signal: context.signal });
    const text = answer.kind === 'fresh' ? Buffer.from(answer.bytes).toString('utf8') : '';
    dates[suite] = /^Date: (?<date>.+)$/m.exec(text)?.groups?.['date'] ?? '';
  }
  return dates;
}

async function latestReport(cwd: string): Promise<Report | undefined> {
  try {
    return Report.parse(JSON.parse(await readFile(path.join(cwd, 'out/latest/report.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** A time that never comes is a mistake in the catalog. */
export function assertCron({
  valid,
  errors,
}: {
  readonly valid: boolean;
  readonly errors: readonly { readonly message: string }[];
}): void {
  if (!valid) {
    const reasons = errors.map(({ message }) => message).join('; ');
    throw new FactoryError(
      'CATALOG_INVALID',
      `cannot use the schedule: catalog.json: schedule.cron: ${reasons}`,
      {
        hint: 'five fields: minute, hour, day of month, month, day of week; "30 2 * * *" is half past two every night',
      },
    );
  }
}
