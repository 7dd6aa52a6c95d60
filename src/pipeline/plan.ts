import {
  FactoryError,
  storageFailure,
  type CatalogEntry,
  type ImagePlan,
  type KnownPlan,
  type MovedInput,
  type ReleaseRecord,
} from '../model/index.ts';
import { PREDICATE_TYPE } from '../oci/index.ts';
import { decisionsFor } from '../stages/gate/index.ts';
import { movedInputs } from '../stages/render/index.ts';
import { parseLockPredicate, readAttestation } from '../stages/sign/index.ts';
import type { PlanDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { placesOf, planImage } from './plan-image.ts';
import { createStageClock } from './stage-clock.ts';
import { knowWithdrawn } from './withdrawn.ts';

/**
 * What a run would do, and which inputs are not what they were in the published images. One that fails never stops the
 * others.
 */
export async function planImages(
  entries: readonly CatalogEntry[],
  asked: PlanDeps,
): Promise<readonly ImagePlan[]> {
  const deps = await knowWithdrawn(asked);
  const plans: ImagePlan[] = [];
  for (const entry of entries) {
    plans.push(await planOrFail(entry, deps));
  }
  return plans;
}

async function planOrFail(entry: CatalogEntry, deps: PlanDeps): Promise<ImagePlan> {
  try {
    return await plan(entry, deps);
  } catch (met) {
    const error = storageFailure(met) ?? met;
    if (!(error instanceof FactoryError) || deps.resolve.signal.aborted) {
      throw met;
    }
    return { id: entry.id, action: 'failed', error };
  }
}

async function plan(entry: CatalogEntry, deps: PlanDeps): Promise<KnownPlan> {
  const { rendered, released, isPublished, withdrawn } = await planImage(
    entry,
    deps,
    createStageClock(entry.id, deps.resolve),
  );
  const { inputs, buildId } = rendered;
  const moved =
    released === undefined || isPublished || withdrawn !== undefined
      ? []
      : await movedSince(released, entry, { deps, inputs });
  const [by] = decisionsFor('freeze', entry.id, gateConditions(deps)).inForce;
  return {
    id: entry.id,
    action: isPublished || withdrawn !== undefined || by !== undefined ? 'keep' : 'build',
    ...(by === undefined ? {} : { by }),
    buildId,
    ...(released === undefined ? {} : { published: released }),
    ...(withdrawn && { withdrawn }),
    moved,
  };
}

async function movedSince(
  released: ReleaseRecord,
  entry: CatalogEntry,
  { deps, inputs }: { readonly deps: PlanDeps; readonly inputs: Parameters<typeof movedInputs>[1] },
): Promise<readonly MovedInput[]> {
  const ref = { repository: placesOf(entry, deps).repository, digest: released.digest };
  const predicate = await readAttestation(ref, PREDICATE_TYPE.lock, deps);
  return predicate === undefined ? [] : movedInputs(parseLockPredicate(predicate).inputs, inputs);
}
