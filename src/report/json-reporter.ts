import type { FactoryError, ImageOutcome, RunEvent } from '../model/index.ts';
import type { Output, Reporter } from './reporter.ts';

/** One JSON object per line. The report that ends the lines is written by the command. */
export function jsonReporter(output: Output): Reporter {
  return {
    emit: (event) => output.write(`${JSON.stringify(jsonEvent(event))}\n`),
    [Symbol.dispose]: () => undefined,
  };
}

function jsonEvent(event: RunEvent): object {
  return event.kind === 'image-ended' ? { ...event, outcome: jsonOutcome(event.outcome) } : event;
}

/** The whole records are in the report; an error's message would be lost in `JSON.stringify`. */
function jsonOutcome(outcome: ImageOutcome): object {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
      return { kind: outcome.kind, ref: outcome.ref, tags: outcome.record.tags };
    case 'blocked':
      return { kind: outcome.kind, reasons: outcome.reasons };
    case 'kept':
      return {
        kind: outcome.kind,
        at: outcome.at,
        ref: outcome.ref,
        tags: outcome.record.tags,
        error: jsonError(outcome.error),
      };
    case 'failed':
      return { kind: outcome.kind, at: outcome.at, error: jsonError(outcome.error) };
  }
}

function jsonError({ code, message, hint }: FactoryError): object {
  return { code, message, hint };
}
