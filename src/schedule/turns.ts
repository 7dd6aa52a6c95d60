import type { Logger } from 'pino';
import type { RunCause, Schedule } from '../model/index.ts';
import type { ReportedImage } from '../report/index.ts';
import { decide, isBeyond, owedAfter, owedNext, type Decision, type NightEnd } from './decide.ts';
import type { Ledger } from './ledger.ts';
import type { Metrics } from './metrics.ts';
import type { NextSlot } from './slots.ts';

export interface TurnDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** A whole run, in a process of its own: it reads the catalog as it is then, and its memory goes with it. */
  readonly night: () => Promise<NightEnd>;
  /** Whether a run, of this schedule or by hand, uses the cache. */
  readonly isCacheInUse: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

interface CalendarDeps extends TurnDeps {
  readonly ledger: Ledger;
  readonly next: NextSlot;
}

export interface Turns {
  /** Does what there is to be done now; a run is waited for. */
  readonly look: (isStruck?: boolean) => Promise<void>;
  readonly isRunning: () => boolean;
  readonly idle: () => Promise<void>;
}

/** One run at a time. */
export function createTurns({ jitterMinutes }: Schedule, { ledger, next, ...deps }: CalendarDeps): Turns {
  const { log, signal } = deps;
  const since = new Date();
  const tellWait = createWaitTeller(log);
  let running: Promise<void> | undefined;

  async function run(cause: RunCause): Promise<void> {
    const owed = ledger.owed();
    await ledger.change({ owed: { ...owed, begun: owed.begun + 1 } });
    const end = await runNight(cause, deps);
    const after = owedNext(new Date(), next);
    await ledger.change({ owed: owedAfter(owed, end, { isStopping: signal.aborted, after }) });
  }

  async function look(isStruck = false): Promise<void> {
    const isInUse = await deps.isCacheInUse();
    if (signal.aborted) {
      return;
    }
    // from here to the beginning of a run nothing is waited for, so that there is one
    const now = new Date();
    const own = running === undefined ? undefined : 'own';
    const moment = { now, since, isStruck, running: own ?? (isInUse ? 'another' : 'nothing') } as const;
    const decision = decide(ledger.owed(), moment, jitterMinutes);
    tellWait(decision, isStruck);
    if (decision.kind === 'begin') {
      running = run(decision.cause).finally(() => (running = undefined));
      await running;
    } else if (decision.kind === 'give-up') {
      log.error({ due: ledger.owed().due }, 'given up: it was begun twice, and its process was killed');
      await ledger.change({ owed: owedNext(now, next) });
    } else if (isBeyond(ledger.owed(), now, next)) {
      await ledger.change({ owed: owedNext(now, next) });
    }
  }

  return { look, isRunning: () => running !== undefined, idle: async () => running };
}

/** Says once for what a run waits that should have begun. */
function createWaitTeller(log: Logger): (decision: Decision, isStruck: boolean) => void {
  let isTold = false;
  return (decision, isStruck) => {
    if (isStruck && decision.kind === 'wait' && decision.until === 'own-run-ended') {
      log.warn('the run before is still under way: this one is left out');
    }
    const isWaiting = decision.kind === 'wait' && decision.until === 'other-run-ended';
    if (isWaiting && !isTold) {
      log.warn('another ingot uses the cache: the run begins when it has ended');
    }
    isTold = isWaiting;
  };
}

async function runNight(cause: RunCause, { log, metrics, night }: TurnDeps): Promise<NightEnd> {
  log.info({ cause }, 'run started');
  try {
    const end = await night();
    metrics.observe(end, cause);
    tell(end, log.child({ cause }));
    return end;
  } catch (error) {
    const end: NightEnd = { exitCode: 70 };
    metrics.observe(end, cause);
    log.error({ cause, err: error }, 'run could not start');
    return end;
  }
}

function tell({ exitCode, isKilled, report, output }: NightEnd, log: Logger): void {
  const runLog = log.child({ run: report?.runId });
  for (const image of report?.images ?? []) {
    tellImage(image, runLog);
  }
  runLog[exitCode === 0 ? 'info' : 'error']({ exitCode, isKilled, output }, 'run ended');
}

function tellImage({ id, outcome, tags, error, reasons }: ReportedImage, log: Logger): void {
  const rules = reasons.map(({ rule }) => rule);
  const level = outcome === 'failed' || outcome === 'blocked' ? 'warn' : 'info';
  log[level](
    { image: id, outcome, tag: tags[0], code: error?.code, error: error?.message, rules },
    'image ended',
  );
}
