import { setTimeout as delay } from 'node:timers/promises';

/** Calls a second, and how many may come at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Lets calls through in the order they came, no faster than its rate. */
export interface TokenBucket {
  /** Settles when it is this call's turn. */
  take(signal: AbortSignal): Promise<void>;
}

export interface BucketClock {
  /** Milliseconds. */
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const REAL_CLOCK: BucketClock = {
  now: () => performance.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, { signal });
  },
};

export function createTokenBucket({ perSecond, burst }: Rate, clock: BucketClock = REAL_CLOCK): TokenBucket {
  const intervalMs = 1000 / perSecond;
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    take: async (signal) => {
      signal.throwIfAborted();
      const now = clock.now();
      const turn = Math.max(nextMs, now - (burst - 1) * intervalMs);
      nextMs = turn + intervalMs;
      if (turn > now) {
        await clock.wait(turn - now, signal);
      }
    },
  };
}
