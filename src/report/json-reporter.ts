import type { ImageOutcome, RunEvent } from '../model/index.ts';
import { jsonText } from './json-text.ts';
import type { Output, Reporter } from './reporter.ts';

/** One JSON object per line. The report that ends the lines is written by the command. */
export function jsonReporter(output: Output): Reporter {
  return {
    emit: (event) => output.write(`${jsonText(jsonEvent(event))}\n`),
    [Symbol.dispose]: () => undefined,
  };
}

function jsonEvent(event: RunEvent): object {
  return event.kind === 'image-ended' ? { ...event, outcome: jsonOutcome(event.outcome) } : event;
}

/** The whole records are in the report. */
function jsonOutcome(outcome: ImageOutcome): object {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
      return { kind: outcome.kind, ref: outcome.ref, tags: outcome.record.tags };
    case 'blocked':
      return {
        kind: outcome.kind,
        reasons: outcome.reasons,
        failingSince: outcome.failingSince,
        isNews: outcome.isNews,
      };
    case 'frozen':
      return { kind: outcome.kind, by: outcome.by.file, ref: outcome.ref, tags: outcome.record?.tags };
    case 'postponed':
      return { kind: outcome.kind, ...outcome.postponed, ref: outcome.ref, tags: outcome.record?.tags };
    case 'kept':
      return {
        kind: outcome.kind,
        at: outcome.at,
        ref: outcome.ref,
        tags: outcome.record.tags,
        error: outcome.error,
      };
    case 'failed':
      return { kind: outcome.kind, at: outcome.at, error: outcome.error };
  }
}
