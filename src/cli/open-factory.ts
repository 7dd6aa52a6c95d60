import { readCacheLimit, trimCache } from '../host/trim-cache.ts';
import { FactoryError, type Run } from '../model/index.ts';
import { imageStatuses, nightly, planImages, rollbackTrack } from '../pipeline/index.ts';
import { catalogForTarget } from './catalog-for-target.ts';
import type { Factory, FactoryRequest } from './factory.ts';
import { openFurtherSigners } from './open-further-signers.ts';
import { claimRun, openRun, signDeps } from './run-deps.ts';
import { platformsOf } from './platforms.ts';
import { openSession, type Session, type SessionChoices } from './session.ts';

/** Still under the lock of the run. Where it fails, the run did not. */
async function trim(
  { host }: Session,
  { environment, startedAt, emit }: FactoryRequest,
): Promise<Pick<Run, 'cache'>> {
  try {
    return { cache: await trimCache(host.paths.cache, readCacheLimit(environment), startedAt) };
  } catch (error) {
    if (!(error instanceof FactoryError)) {
      throw error;
    }
    emit({ kind: 'notice', level: 'warn', message: error.message });
    return {};
  }
}

/** The real factory. Everything it starts is stopped when it is disposed of, last started first. */
export function openFactory(asked: FactoryRequest): Factory {
  const request = { ...asked, catalog: catalogForTarget(asked.catalog, asked.target) };
  const closing = new AsyncDisposableStack();
  function session(keyUse: SessionChoices['keyUse'] = 'verify'): Promise<Session> {
    return openSession(request, { platforms: platformsOf(request), keyUse }, closing);
  }
  return {
    nightly: async ({ runDir, platforms, ...wanted }) => {
      const claimed = await claimRun(request, platforms, closing);
      const opened = await openSession(request, { platforms: claimed.platforms, keyUse: 'sign' }, closing);
      const deps = await openRun(request, { session: opened, builder: claimed.builder, runDir }, closing);
      const run = await nightly({ ...wanted, now: () => new Date() }, deps);
      return { ...run, ...(await trim(opened, request)) };
    },
    plan: async (entries) => planImages(entries, (await session()).plan),
    status: async (tracks) => imageStatuses(tracks, (await session()).plan),
    rollback: async (wanted) => {
      const opened = await session('sign');
      const sign = await signDeps(opened, request);
      return rollbackTrack(wanted, {
        ...opened.plan,
        sign,
        furtherSigners: openFurtherSigners(request, sign),
      });
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
