import { createLogUpdate } from 'log-update';
import { plainLine } from './plain-reporter.ts';
import { NO_PROGRESS, progressAfter, progressText } from './progress.ts';
import type { Reporter } from './reporter.ts';

/** Often enough for a running clock, seldom enough for a slow terminal. */
const FRAME_MS = 120;

export interface LiveOptions {
  readonly stream: NodeJS.WritableStream & { readonly columns?: number };
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Redraws one line per image in place; notices stay above them. For terminals only. */
export function liveReporter({ stream, now }: LiveOptions): Reporter {
  // Hiding the cursor would install signal handlers of the library's own beside those of main.ts.
  const log = createLogUpdate(stream, { showCursor: true });
  let state = NO_PROGRESS;
  let isStopped = false;
  const timer = setInterval(draw, FRAME_MS);
  // The display must not keep a finished run alive.
  timer.unref();
  return {
    emit(event) {
      state = progressAfter(state, event, now());
      if (event.kind === 'notice') {
        log.persist(plainLine(event) ?? '');
      }
      draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      draw();
      if (!isStopped) {
        log.done();
      }
      isStopped = true;
    },
  };

  function draw(): void {
    if (!isStopped && state !== NO_PROGRESS) {
      log(cut(progressText(state, now()), stream.columns));
    }
  }
}

/** A line that wraps would make the display jump; marks and clock stand in front. */
function cut(text: string, columns = Number.POSITIVE_INFINITY): string {
  return text
    .split('\n')
    .map((line) => line.slice(0, columns))
    .join('\n');
}
