import type { ImageOutcome } from '../model/index.ts';

/** One line on how an image ended, for progress and plain output; the summary tells the rest. */
export function outcomeNote(outcome: ImageOutcome): string {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
      return `${outcome.kind} ${outcome.record.tags.unique}`;
    case 'blocked':
      return `blocked by ${outcome.reasons.map((reason) => reason.rule).join(', ')}`;
    case 'kept':
      return `kept ${outcome.record.tags.unique}, as a source is down (${outcome.error.code})`;
    case 'failed':
      return `failed in ${outcome.at} (${outcome.error.code})`;
  }
}
