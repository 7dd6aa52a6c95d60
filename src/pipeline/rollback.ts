import { withdrawalOf, type CatalogEntry, type ReleaseRecord, type RolledBack } from '../model/index.ts';
import { rollback, type RollbackRequest, type WriteDeps } from '../stages/promote/index.ts';
import type { PlanDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

export interface TrackRollback extends Pick<RollbackRequest, 'to' | 'reason'> {
  readonly track: Pick<CatalogEntry, 'id' | 'repository' | 'track'>;
}

export type RollbackDeps = WriteDeps &
  Pick<PlanDeps, 'catalog' | 'goldenPrefix' | 'registryAddress' | 'runStartedAt'>;

/** Releases an older image of a track again, in every namespace. Nothing is built: it works where no builder does. */
export function rollbackTrack(
  { track: image, ...request }: TrackRollback,
  deps: RollbackDeps,
): Promise<RolledBack> {
  const { decisions } = deps.catalog;
  function forbidden({ digest, tags }: ReleaseRecord): string | undefined {
    const decision = withdrawalOf(decisions, { digest, uniqueTag: tags.unique, image: image.id });
    return decision && `${decision.file} withdraws it: ${decision.reason} (${decision.owner})`;
  }
  const places = placesOf(image, deps);
  return rollback(
    { ...request, track: image.track, places, promotedAt: deps.runStartedAt.toISOString(), forbidden },
    deps,
  );
}
