/** Work that goes on side by side, and some that has to be alone. */
export interface Turns {
  together<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for all that is under way; what is asked for later waits for it. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const underWay = new Set<Promise<unknown>>();
  let lastAlone: Promise<unknown> = Promise.resolve();
  return {
    together: async (work) => {
      for (let waitedFor: unknown; waitedFor !== lastAlone;) {
        waitedFor = lastAlone;
        await waitedFor;
      }
      const running = work();
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    alone: (work) => {
      const before = lastAlone;
      const turn = before.then(() => Promise.allSettled(underWay)).then(work);
      lastAlone = turn.catch(() => undefined);
      return turn;
    },
  };
}
