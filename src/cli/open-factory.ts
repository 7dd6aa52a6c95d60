import { imageStatuses, nightly, planImages } from '../pipeline/index.ts';
import type { Factory, FactoryRequest } from './factory.ts';
import { openRun } from './run-deps.ts';
import { openSession } from './session.ts';

/** The real factory. Everything it starts is stopped when it is disposed of, last started first. */
export async function openFactory(request: FactoryRequest): Promise<Factory> {
  const closing = new AsyncDisposableStack();
  try {
    const session = await openSession(request, closing);
    return {
      nightly: async ({ runId, runDir, entries, platforms }) => {
        const deps = await openRun(request, { session, runDir, platforms }, closing);
        return nightly({ runId, entries, now: () => new Date() }, deps);
      },
      plan: (entries) => planImages(entries, session.plan),
      status: (entries) => imageStatuses(entries, session.plan),
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}
