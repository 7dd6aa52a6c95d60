import type { CatalogEntry, ImageStatus, ReleaseRecord } from '../model/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import { readVerdict } from '../stages/sign/index.ts';
import type { PlanDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

/** What consumers get now, from the signed release records. */
export async function imageStatuses(
  tracks: readonly Pick<CatalogEntry, 'id' | 'repository' | 'track'>[],
  deps: Pick<PlanDeps, 'catalog' | 'goldenPrefix' | 'registryAddress' | 'registry' | 'verify' | 'seen'>,
): Promise<readonly ImageStatus[]> {
  const statuses: ImageStatus[] = [];
  for (const image of tracks) {
    const { id, track } = image;
    const { repository, copies } = placesOf(image, deps);
    const record = await readRelease({ repository, track }, deps);
    const published = record === undefined ? {} : await publishedStatus(record, repository, deps);
    statuses.push({ id, ...published, ...(record !== undefined && { copies }) });
  }
  return statuses;
}

async function publishedStatus(
  record: ReleaseRecord,
  repository: string,
  deps: Pick<PlanDeps, 'registry' | 'verify'>,
): Promise<Omit<ImageStatus, 'id'>> {
  const ref = { repository, digest: record.digest };
  const verdict = await readVerdict(ref, deps);
  return { ref, record, ...(verdict?.verdict === 'block' ? { failing: verdict } : {}) };
}
