import type { GateReason, ImageOutcome } from '../model/index.ts';
import { dayOf } from './units.ts';

/** One line on how an image ended, for progress and plain output; the summary tells the rest. */
export function outcomeNote(outcome: ImageOutcome): string {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
      return `${outcome.kind} ${outcome.record.tags.unique}`;
    case 'blocked':
      return `blocked by ${rulesText(outcome.reasons)}${outcome.isNews ? '' : `, since ${dayOf(outcome.failingSince)}`}`;
    case 'kept':
      return `kept ${outcome.record.tags.unique}, as a source is down (${outcome.error.code})`;
    case 'failed':
      return `failed in ${outcome.at} (${outcome.error.code})`;
  }
}

function rulesText(reasons: readonly GateReason[]): string {
  return [...new Set(reasons.map(({ rule }) => rule))].join(', ');
}
