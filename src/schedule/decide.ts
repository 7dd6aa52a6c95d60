import type { RunCause } from '../model/index.ts';
import type { Report } from '../report/index.ts';
import type { NextSlot } from './slots.ts';

/** The run that comes next, or has to be made up for. */
export interface Owed {
  readonly cause: Exclude<RunCause, 'missed'>;
  readonly due: Date;
  /** How often it was begun, without an end that anybody saw. */
  readonly begun: number;
}

export interface Moment {
  readonly now: Date;
  /** Since when this process waits: what was due before, nobody begins by itself. */
  readonly since: Date;
  /** What is due and spread by its jitter, as node-cron says; without it, somebody just looks. */
  readonly isStruck: boolean;
  readonly running: 'nothing' | 'own' | 'another';
}

export type Decision =
  | { readonly kind: 'wait'; readonly until: 'due' | 'own-run-ended' | 'other-run-ended' }
  | { readonly kind: 'begin'; readonly cause: RunCause }
  /** It ends the process that makes it: the next one may do better. */
  | { readonly kind: 'give-up' };

const MINUTE = 60_000;
/** The run itself, and once to make up for it. */
const MOST_BEGINNINGS = 2;

/** What to do about what is owed. */
export function decide(owed: Owed, moment: Moment, jitterMinutes: number): Decision {
  const { now, since, isStruck, running } = moment;
  if (running === 'own') {
    return { kind: 'wait', until: 'own-run-ended' };
  }
  if (owed.due > now) {
    return { kind: 'wait', until: 'due' };
  }
  if (owed.begun >= MOST_BEGINNINGS) {
    return { kind: 'give-up' };
  }
  if (running === 'another') {
    return { kind: 'wait', until: 'other-run-ended' };
  }
  if (owed.cause === 'security-fix' || isStruck) {
    return { kind: 'begin', cause: owed.cause };
  }
  const isMissed = owed.due < since || now.getTime() >= owed.due.getTime() + (jitterMinutes + 1) * MINUTE;
  return isMissed ? { kind: 'begin', cause: 'missed' } : { kind: 'wait', until: 'due' };
}

/**
 * What a process owes that starts, or whose clock was set back: the calendar may be another one, or have said another
 * time. What is due already stays.
 */
export function owedAt(now: Date, noted: Owed | undefined, next: NextSlot): Owed {
  return noted !== undefined && noted.due <= now ? noted : owedNext(now, next);
}

/** Whether it is due later than at the time after next: only a clock that was set back shows that. */
export function isBeyond({ due }: Owed, now: Date, next: NextSlot): boolean {
  return due > now && due > next(next(now));
}

export function owedNext(now: Date, next: NextSlot): Owed {
  return { cause: 'schedule', due: next(now), begun: 0 };
}

/** How a run ended; without a report where it could not write one. */
export interface NightEnd {
  readonly exitCode: number;
  /** By a signal that was not ours: for want of memory, as a rule. */
  readonly isKilled?: boolean;
  readonly report?: Report;
  /** The last it said, where there is no report. */
  readonly output?: string;
  /** Of the cache folder, after it. */
  readonly cacheBytes?: number;
}

/** What is owed after a run for it: what was stopped, refused or killed is not made yet. */
export function owedAfter(
  owed: Owed,
  end: NightEnd,
  { isStopping, after }: { readonly isStopping: boolean; readonly after: Owed },
): Owed {
  if ((isStopping && end.exitCode !== 0) || isRefused(end)) {
    return owed;
  }
  return end.isKilled === true ? { ...owed, begun: owed.begun + 1 } : after;
}

/** Another run, begun in the same moment, had the cache. */
function isRefused({ report }: NightEnd): boolean {
  const images = report?.images ?? [];
  return images.length > 0 && images.every(({ error }) => error?.code === 'RUN_IN_PROGRESS');
}
