import type { Chunks } from '../../host/content-cache.ts';
import type { Emit } from '../../model/index.ts';

/** Progress is told again after this much more, so that a run's log stays short. */
const STEP_BYTES = 1 << 20;

/** Adds all downloads of a run up to one line of progress. */
export interface Downloads {
  /** Raises the total by content that is going to be fetched, or lowers it again. */
  expect(bytes: number): void;
  /** Passes bytes on and counts them; more than expected raises the total. */
  counted(chunks: Chunks): AsyncIterable<Uint8Array>;
}

export function createDownloads(emit: Emit): Downloads {
  let doneBytes = 0;
  let totalBytes = 0;
  let toldBytes = 0;

  function expect(bytes: number): void {
    totalBytes += bytes;
  }

  function tell(): void {
    if (doneBytes - toldBytes >= STEP_BYTES || doneBytes === totalBytes) {
      toldBytes = doneBytes;
      emit({ kind: 'download', what: 'packages', doneBytes, totalBytes });
    }
  }

  async function* counted(chunks: Chunks): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      doneBytes += chunk.byteLength;
      totalBytes = Math.max(totalBytes, doneBytes);
      tell();
      yield chunk;
    }
  }

  return { expect, counted };
}
