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
  /** After a call that was too many: somebody else uses the rate as well. It is found again little by little. */
  slowDown(): void;
}

/** As TCP does: half of it at once, and a bit more with each call. */
const SLOWER = 0.5;
const FASTER = 1.05;
const SLOWEST = 0.05;

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
  let share = 1;
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    take: async (signal) => {
      signal.throwIfAborted();
      const now = clock.now();
      const intervalMs = 1000 / (perSecond * share);
      share = Math.min(1, share * FASTER);
      const turn = Math.max(nextMs, now - (burst - 1) * intervalMs);
      nextMs = turn + intervalMs;
      if (turn > now) {
        await clock.wait(turn - now, signal);
      }
    },
    slowDown: () => {
      share = Math.max(SLOWEST, share * SLOWER);
      // what was saved up is spent
      nextMs = Math.max(nextMs, clock.now());
    },
  };
}
