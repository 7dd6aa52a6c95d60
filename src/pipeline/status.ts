import type { CatalogEntry, ImageStatus } from '../model/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { PlanDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

/** What consumers get now, from the signed release records. */
export async function imageStatuses(
  entries: readonly CatalogEntry[],
  deps: Pick<PlanDeps, 'catalog' | 'goldenPrefix' | 'registryAddress' | 'registry' | 'verify'>,
): Promise<readonly ImageStatus[]> {
  const statuses: ImageStatus[] = [];
  for (const entry of entries) {
    const { repository } = placesOf(entry, deps);
    const record = await readRelease({ repository, track: entry.track }, deps);
    const found = record === undefined ? {} : { record, ref: { repository, digest: record.digest } };
    statuses.push({ id: entry.id, ...found });
  }
  return statuses;
}
