import type { Emit, ImageId, Stage, StageTiming } from '../model/index.ts';

/** Runs one image's stages, tells when each begins and ends, and keeps how long it took. */
export interface StageClock {
  run<T>(stage: Stage, task: () => T | Promise<T>, note?: (result: T) => string): Promise<T>;
  /** Where the image is: what an error is reported at. */
  current(): Stage;
  timings(): readonly StageTiming[];
}

interface StageDeps {
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export function createStageClock(image: ImageId, { emit, signal }: StageDeps): StageClock {
  const timings: StageTiming[] = [];
  let current: Stage = 'resolve';
  return {
    run: async (stage, task, note) => {
      // one that waited for its turn has nothing to begin any more
      signal.throwIfAborted();
      current = stage;
      const startedMs = performance.now();
      emit({ kind: 'stage-started', image, stage });
      let status: StageTiming['status'] = 'failed';
      let text = 'failed';
      try {
        const result = await task();
        status = 'done';
        text = note?.(result) ?? '';
        return result;
      } finally {
        const ms = Math.round(performance.now() - startedMs);
        timings.push({ stage, status, ms });
        emit({ kind: 'stage-ended', image, stage, ms, note: text });
      }
    },
    current: () => current,
    timings: () => timings,
  };
}
