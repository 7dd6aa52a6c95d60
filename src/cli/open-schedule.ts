import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { createFileStore } from '../host/file-store.ts';
import { homeFolder, ingotPaths, stateFolder } from '../host/paths.ts';
import { createProcessRunner, type ProcessResult } from '../host/process.ts';
import { isRunLocked } from '../host/run-lock.ts';
import { FactoryError, type Catalog, type ImagePlan } from '../model/index.ts';
import { createMetrics, hasSecurityFix, noteText, parseNote, type ScheduleDeps } from '../schedule/index.ts';
import type { CommandContext } from './context.ts';
import { EXIT, isUsageCode } from './exit-code.ts';
import { childEnvironment } from './open-network.ts';
import { openResolve } from './open-resolve.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { runNight } from './run-night.ts';

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
  const { cache } = ingotPaths(environment, home);
  const state = path.join(stateFolder(environment, home), 'schedule', nameOf(scheduled, cwd));
  await mkdir(state, { recursive: true });
  const store = createFileStore(state);
  const runner = createProcessRunner(await childEnvironment(context));
  const ingot = [process.execPath, path.join(OWN_FOLDER, 'src/start.js'), '--catalog', catalog.folder];
  const { target, shard } = scheduled;
  const options = ['--target', target, ...(shard === undefined ? [] : ['--shard', shard])];

  return {
    log: openLog(target, context.stdout),
    metrics: createMetrics(),
    night: () =>
      runNight([...ingot, 'nightly', ...options], {
        cwd,
        cache,
        logs: path.join(state, 'nights'),
        runner,
        signal,
      }),
    isCacheInUse: () => isRunLocked(cache),
    suiteDates: () => suiteDates(catalog, context),
    isFixDue: async () => {
      const argv = [...ingot, 'plan', ...options, '--json'];
      return isFixIn(await runner.run(argv, { cwd, signal, accepts: PLAN_ENDS }));
    },
    noted: async () => {
      const text = await store.read(NOTE);
      return text === undefined ? undefined : parseNote(text);
    },
    writeNote: (note) => store.write(NOTE, noteText(note)),
    signal,
  };
}

const NOTE = 'note.json';
/** A plan tells images apart, also where some failed; what cannot start says why on stderr. */
const PLAN_ENDS = [EXIT.usage, EXIT.failed, EXIT.bug];

/** One schedule runs in a folder, with one share of its images. */
function nameOf({ target, shard = '1/1' }: ScheduledRun, folder: string): string {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 8);
  return [target, ...shard.split('/'), digest].join('-');
}

/**
 * Whether a plan has a security fix in it.
 *
 * @throws FactoryError where it cannot be told: the plan could not start, or an operation of it failed
 */
export function isFixIn({ stdout, stderr }: ProcessResult): boolean {
  const plans = readPlan(stdout, stderr);
  if (hasSecurityFix(plans)) {
    return true;
  }
  for (const plan of plans) {
    if (plan.action === 'failed' && !isUsageCode(plan.error.code)) {
      throw new FactoryError('TOOL_FAILED', `cannot plan an early run: ${plan.id}: ${plan.error.message}`);
    }
  }
  return false;
}

function readPlan(stdout: string, stderr: string): readonly ImagePlan[] {
  try {
    return JSON.parse(stdout) as readonly ImagePlan[];
  } catch (cause) {
    throw new FactoryError('TOOL_FAILED', `cannot plan an early run: ${stderr.trim()}`, { cause });
  }
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
