import type { GateReason, ImageOutcome, Postponement } from '../model/index.ts';
import { countText, dayOf } from './units.ts';

/** One line on how an image ended, for progress and plain output; the summary tells the rest. */
export function outcomeNote(outcome: ImageOutcome): string {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
      return `${outcome.kind} ${outcome.record.tags.unique}`;
    case 'frozen':
      return `frozen by ${outcome.by.file}${outcome.record === undefined ? '' : ` at ${outcome.record.tags.unique}`}`;
    case 'postponed':
      return postponedText(outcome.postponed);
    case 'blocked':
      return `blocked by ${rulesText(outcome.reasons)}${outcome.isNews ? '' : `, since ${dayOf(outcome.failingSince)}`}`;
    case 'kept':
      return `kept ${outcome.record.tags.unique}, as a source is down (${outcome.error.code})`;
    case 'failed':
      return `failed in ${outcome.at} (${outcome.error.code})`;
  }
}

/** `postponed, as it failed 4 times in a row: tried again in 2 runs` */
export function postponedText({ failures, runs }: Pick<Postponement, 'failures' | 'runs'>): string {
  const when = runs === 0 ? 'the next run' : `${countText(runs, 'run')} after the next`;
  return `postponed, as it failed ${String(failures)} times in a row: tried again in ${when}`;
}

function rulesText(reasons: readonly GateReason[]): string {
  return [...new Set(reasons.map(({ rule }) => rule))].join(', ');
}
