import type { RunEvent } from '../model/index.ts';
import { outcomeNote } from './outcome-text.ts';
import type { Output, Reporter } from './reporter.ts';
import { countText, durationText, megabytesText } from './units.ts';

/** A log tells of downloads again after this much more: it must not be drowned in them. */
const DOWNLOAD_STEP_BYTES = 50_000_000;

/** One line per event that is worth a line, for logs and pipes: nothing is overwritten. */
export function plainReporter(output: Output): Reporter {
  let toldBytes = 0;
  return {
    emit(event) {
      if (event.kind === 'download') {
        if (event.doneBytes - toldBytes < DOWNLOAD_STEP_BYTES) {
          return;
        }
        toldBytes = event.doneBytes;
      }
      const line = plainLine(event);
      if (line !== undefined) {
        output.write(`${line}\n`);
      }
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** For commands that print a result: what is worth knowing beside it, and nothing about stages. */
export function noticeReporter(output: Output): Reporter {
  const plain = plainReporter(output);
  return {
    ...plain,
    emit(event) {
      if (event.kind === 'notice' || event.kind === 'download') {
        plain.emit(event);
      }
    },
  };
}

/** Nothing for an event of which the end is told as well. */
export function plainLine(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'run-started':
      return `run ${event.runId}: ${countText(event.images.length, 'image')}, target ${event.target}`;
    case 'stage-started':
      return undefined;
    case 'stage-ended': {
      const note = event.note === '' ? '' : `: ${event.note}`;
      return `${event.image} ${event.stage} ${durationText(event.ms)}${note}`;
    }
    case 'image-ended':
      return `${event.image} ${outcomeNote(event.outcome)}`;
    case 'download':
      return `downloaded ${megabytesText(event.doneBytes)} of ${event.what}`;
    case 'notice':
      return event.level === 'warn' ? `warning: ${event.message}` : event.message;
  }
}
