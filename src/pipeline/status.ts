import type { CatalogEntry, ImageStatus } from '../model/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { PlanDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

/** What consumers get now, from the signed release records. */
export async function imageStatuses(
  tracks: readonly Pick<CatalogEntry, 'id' | 'repository' | 'track'>[],
  deps: Pick<PlanDeps, 'catalog' | 'goldenPrefix' | 'registryAddress' | 'registry' | 'verify'>,
): Promise<readonly ImageStatus[]> {
  const statuses: ImageStatus[] = [];
  for (const { id, track, ...image } of tracks) {
    const { repository } = placesOf(image, deps);
    const record = await readRelease({ repository, track }, deps);
    const found = record === undefined ? {} : { record, ref: { repository, digest: record.digest } };
    statuses.push({ id, ...found });
  }
  return statuses;
}
