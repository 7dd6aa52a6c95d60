import { createTask, type Logger as CronLogger } from 'node-cron';
import type { Logger } from 'pino';
import type { Schedule } from '../model/index.ts';
import { openLedger, type Ledger, type LedgerDeps } from './ledger.ts';
import { movedSuites, type SuiteDates } from './security-watch.ts';
import { createSlots } from './slots.ts';
import { createTurns, type TurnDeps, type Turns } from './turns.ts';

export interface ScheduleDeps extends LedgerDeps, TurnDeps {
  /** A cheap look at the security suites. */
  readonly suiteDates: () => Promise<SuiteDates>;
  /** Whether a plan of now has a fix in it. */
  readonly isFixDue: () => Promise<boolean>;
}

const MINUTE = 60_000;

/**
 * Runs nights as the schedule says, one at a time, until it is stopped and what was under way has ended. node-cron says
 * when one is due; a look every minute finds what it cannot know of, such as a night that was missed, or did not end.
 */
export async function runSchedule(schedule: Schedule, deps: ScheduleDeps): Promise<void> {
  const { log, signal } = deps;
  const { cron, timeZone, jitterMinutes, watchMinutes } = schedule;
  const next = createSlots(schedule);
  const ledger = await openLedger(deps, next);
  const turns = createTurns(schedule, { ...deps, ledger, next });
  const task = createTask(cron, () => turns.look(true), {
    timezone: timeZone,
    noOverlap: true,
    maxRandomDelay: jitterMinutes * MINUTE,
    suppressMissedWarning: true,
    logger: cronLogger(log),
  });
  task.on('execution:overlap', () => log.warn('the run before is still under way: this one is left out'));
  signal.addEventListener('abort', () => log.info('stopping'), { once: true });
  await task.start();
  log.info({ cron, timeZone, next: ledger.owed().due }, 'waiting');
  await Promise.all([
    repeat(MINUTE, () => told(log, 'cannot look at what is owed', turns.look()), signal),
    watchMinutes > 0 && repeat(watchMinutes * MINUTE, () => watch(ledger, turns, deps), signal),
  ]);
  await task.destroy();
  await turns.idle();
}

/** Asks whether a security archive moved; where that matters to an image, a run is due at once. */
async function watch(ledger: Ledger, turns: Turns, deps: ScheduleDeps): Promise<void> {
  const { log, signal } = deps;
  try {
    const suites = await deps.suiteDates();
    const moved = movedSuites(ledger.note().suites, suites);
    // what moved during a run is judged at the next look: it may have come too late for that run
    if (moved.length > 0 && turns.isRunning()) {
      return;
    }
    if (moved.length > 0) {
      log.info({ suites: moved }, 'security archive moved');
    }
    const isFixDue = moved.length > 0 && (await deps.isFixDue());
    if (isFixDue && !turns.isRunning()) {
      await ledger.change({ suites, owed: { cause: 'security-fix', due: new Date(), begun: 0 } });
      await turns.look();
    } else if (!isFixDue) {
      await ledger.change({ suites });
    }
  } catch (error) {
    if (!signal.aborted) {
      log.warn({ err: error }, 'cannot look at the security archives');
    }
  }
}

/** What goes wrong in a look ends no schedule: the next one comes. */
async function told(log: Logger, message: string, look: Promise<void>): Promise<void> {
  await look.catch((error: unknown) => log.error({ err: error }, message));
}

/** It says in its own words what is told already. */
function cronLogger(log: Logger): CronLogger {
  return {
    info: (message) => log.debug(message),
    warn: (message) => log.debug(message),
    debug: (message) => log.debug({ err: message }, 'node-cron'),
    error: (message, error) => log.error({ err: error ?? message }, 'node-cron failed'),
  };
}

async function repeat(ms: number, step: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await step();
    await pause(ms, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>((resolve) => {
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
