import { setTimeout as delay } from 'node:timers/promises';
import { createTask } from 'node-cron';
import type { Logger } from 'pino';
import { FactoryError, type RunCause, type Schedule } from '../model/index.ts';
import type { Report } from '../report/index.ts';
import type { Metrics } from './metrics.ts';
import { movedSuites, type SuiteDates } from './security-watch.ts';

/** How a run ended; without a report where it could not write one. */
export interface NightEnd {
  readonly exitCode: number;
  readonly report?: Report;
  /** Of the cache folder, after it. */
  readonly cacheBytes?: number;
}

export interface ScheduleDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** A whole run, in a process of its own: it reads the catalog as it is then, and its memory goes with it. */
  readonly night: () => Promise<NightEnd>;
  /** A cheap look at the security suites. */
  readonly suiteDates: () => Promise<SuiteDates>;
  /** Whether a plan of now has a fix in it. */
  readonly isFixDue: () => Promise<boolean>;
  /** When the next run was due, as the process before this one noted it; undefined: there was none. */
  readonly noted: () => Promise<Date | undefined>;
  readonly note: (next: Date) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface RunningSchedule {
  /** Settles when it was stopped, and what was under way has ended. */
  readonly ended: Promise<void>;
}

const MINUTE = 60_000;

/** Runs nights as the schedule says, one at a time: what was missed, what is due, and what a security fix asks for. */
export function startSchedule(schedule: Schedule, deps: ScheduleDeps): RunningSchedule {
  const { log, signal } = deps;
  const turns = createTurns(deps);
  const task = createTask(schedule.cron, () => turns.begin('schedule'), {
    timezone: schedule.timeZone,
    noOverlap: true,
    maxRandomDelay: schedule.jitterMinutes * MINUTE,
  });
  task.on('execution:overlap', () => log.warn('the run before is still under way: this one is left out'));
  async function live(): Promise<void> {
    const missed = await deps.noted();
    await task.start();
    log.info({ cron: schedule.cron, timeZone: schedule.timeZone, next: task.getNextRun() }, 'waiting');
    if (missed !== undefined && missed < new Date()) {
      await turns.begin('missed');
    }
    await Promise.all([watch(schedule, turns, deps), noteNext(() => task.getNextRun(), deps)]);
    await task.destroy();
    await turns.idle();
  }
  const ended = live();
  signal.addEventListener('abort', () => log.info('stopping'), { once: true });
  return { ended };
}

interface Turns {
  /** Runs unless a run is under way. */
  readonly begin: (cause: RunCause) => Promise<void>;
  readonly isRunning: () => boolean;
  readonly idle: () => Promise<void>;
}

function createTurns({ log, metrics, night, signal }: ScheduleDeps): Turns {
  let running: Promise<void> | undefined;
  async function run(cause: RunCause): Promise<void> {
    log.info({ cause }, 'run started');
    try {
      const end = await night();
      metrics.observe(end, cause);
      tell(end, log.child({ cause }));
    } catch (error) {
      metrics.observe({ exitCode: 70 }, cause);
      log.error({ cause, err: error }, 'run could not start');
    }
  }
  return {
    begin: async (cause) => {
      if (running !== undefined || signal.aborted) {
        log.info({ cause }, 'left out: a run is under way');
        return;
      }
      running = run(cause).finally(() => (running = undefined));
      await running;
    },
    isRunning: () => running !== undefined,
    idle: async () => running,
  };
}

function tell({ exitCode, report }: NightEnd, log: Logger): void {
  for (const { id, outcome, tags, error, reasons } of report?.images ?? []) {
    const rules = reasons.map(({ rule }) => rule);
    const level = outcome === 'failed' || outcome === 'blocked' ? 'warn' : 'info';
    log[level](
      { run: report?.runId, image: id, outcome, tag: tags[0], code: error?.code, rules },
      'image ended',
    );
  }
  log[exitCode === 0 ? 'info' : 'error']({ run: report?.runId, exitCode }, 'run ended');
}

/** Asks now and then whether a security archive moved, and runs early where that matters to an image. */
async function watch({ watchMinutes }: Schedule, turns: Turns, deps: ScheduleDeps): Promise<void> {
  const { log, signal } = deps;
  let known: SuiteDates = {};
  while (watchMinutes > 0 && !signal.aborted) {
    try {
      const now = await deps.suiteDates();
      const moved = movedSuites(known, now);
      known = now;
      if (moved.length > 0 && !turns.isRunning()) {
        log.info({ suites: moved }, 'security archive moved');
        await ((await deps.isFixDue()) ? turns.begin('security-fix') : Promise.resolve());
      }
    } catch (error) {
      if (!(error instanceof FactoryError)) {
        throw error;
      }
      log.warn({ code: error.code }, `cannot look at the security archives: ${error.message}`);
    }
    await pause(watchMinutes * MINUTE, signal);
  }
}

/** What is noted outlives the process: who starts later than that finds that a run was missed. */
async function noteNext(next: () => Date | null, { note, signal }: ScheduleDeps): Promise<void> {
  let noted: number | undefined;
  while (!signal.aborted) {
    const due = next();
    if (due !== null && due.getTime() !== noted) {
      await note(due);
      noted = due.getTime();
    }
    await pause(MINUTE, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
