/** A bound on what goes on at the same time, in p-limit's shape. */
export interface Pool {
  map<T, R>(items: Iterable<T>, task: (item: T) => Promise<R>): Promise<R[]>;
}

type Outcome<R> =
  { readonly kind: 'done'; readonly value: R } | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Runs a task per item in a pool and gives the results in order. After a failure nothing new is started, and what
 * runs already is waited for: nothing goes on behind the caller's back. The first failed item's error is thrown.
 */
export async function mapInPool<T, R>(
  pool: Pool,
  items: readonly T[],
  task: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  let failed = false;
  const outcomes = await pool.map(items, async (item): Promise<Outcome<R> | undefined> => {
    if (failed) {
      return undefined;
    }
    try {
      return { kind: 'done', value: await task(item) };
    } catch (error) {
      failed = true;
      return { kind: 'failed', error };
    }
  });
  return outcomes.flatMap((outcome) => {
    if (outcome?.kind === 'failed') {
      throw outcome.error;
    }
    return outcome === undefined ? [] : [outcome.value];
  });
}
