import {
  withdrawalOf,
  type BuildId,
  type CatalogEntry,
  type DigestRef,
  type ReleaseRecord,
  type RolledBack,
} from '../model/index.ts';
import { rollback, type RollbackRequest } from '../stages/promote/index.ts';
import { copyPublished } from '../stages/publish/index.ts';
import { attachMetadata, readMetadata, sign } from '../stages/sign/index.ts';
import { attestedRelease } from './attested-release.ts';
import type { PlanDeps, RunDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';
import { signFurther } from './sign-further.ts';

export interface TrackRollback extends Pick<RollbackRequest, 'to' | 'reason'> {
  readonly track: Pick<CatalogEntry, 'id' | 'repository' | 'track'>;
}

export type TrackRollbackDeps = Pick<
  PlanDeps,
  'catalog' | 'goldenPrefix' | 'registryAddress' | 'runStartedAt' | 'registry' | 'verify' | 'attestations'
> &
  Pick<RunDeps, 'sign' | 'furtherSigners'>;

/** Releases an older image of a track again, in every namespace. Nothing is built: it works where no builder does. */
export function rollbackTrack(
  { track: image, ...request }: TrackRollback,
  deps: TrackRollbackDeps,
): Promise<RolledBack> {
  const { decisions } = deps.catalog;
  function forbidden({ digest, tags }: ReleaseRecord): string | undefined {
    const decision = withdrawalOf(decisions, { digest, uniqueTag: tags.unique, image: image.id });
    return decision && `${decision.file} withdraws it: ${decision.reason} (${decision.owner})`;
  }
  const places = placesOf(image, deps);
  const { repository } = places;
  const wanted = {
    ...request,
    track: image.track,
    places,
    promotedAt: deps.runStartedAt.toISOString(),
    forbidden,
    copy: ({ digest, buildId }: ReleaseRecord, to: readonly string[]) =>
      copyRelease({ repository, digest }, { to, buildId: buildId as BuildId }, deps),
  };
  const { signer, marksSuperseded = false } = deps.sign;
  return rollback(wanted, { ...deps, signer, marksSuperseded });
}

interface Copying {
  /** Repositories of the same registry. */
  readonly to: readonly string[];
  readonly buildId: BuildId;
}

/**
 * The image with all that is attested about it, as a night would have brought it. Statements name the repository they
 * stand in, so they are signed once more for each; `sign` verifies them there.
 */
async function copyRelease(ref: DigestRef, { to, buildId }: Copying, deps: TrackRollbackDeps): Promise<void> {
  const attested = await attestedRelease(ref, deps);
  await copyPublished(ref, to, deps.sign);
  const [first, ...copies] = to.map((repository) => ({ repository, digest: ref.digest }));
  if (first === undefined) {
    return;
  }
  await sign({ published: { ref: first, copies, buildId }, ...attested }, deps.sign);
  await signFurther(to, [ref.digest, ...attested.platforms.map(({ digest }) => digest)], deps);
  const metadata = await readMetadata(ref, deps.registry);
  if (metadata !== undefined) {
    await deps.sign.pool.map([first, ...copies], (copy) => attachMetadata(copy, metadata, deps.registry));
  }
}
