import type { CatalogEntry, RolledBack } from '../model/index.ts';
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
  { track: { track, ...image }, ...request }: TrackRollback,
  deps: RollbackDeps,
): Promise<RolledBack> {
  const places = placesOf(image, deps);
  const promotedAt = deps.runStartedAt.toISOString();
  return rollback({ ...request, track, places, promotedAt, forbidden: () => undefined }, deps);
}
