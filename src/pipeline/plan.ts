import {
  FactoryError,
  storageFailure,
  type CatalogEntry,
  type Due,
  type ImagePlan,
  type KnownPlan,
} from '../model/index.ts';
import { decisionsFor } from '../stages/gate/index.ts';
import { isComplete } from '../stages/promote/index.ts';
import type { PlanDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { placesOf, planImage, type PlannedImage } from './plan-image.ts';
import { createStageClock } from './stage-clock.ts';
import { due } from './why-due.ts';
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
  const planned = await planImage(entry, deps, createStageClock(entry.id, deps.resolve));
  const { rendered, released, withdrawn, moved } = planned;
  const due = await dueOf(planned, deps);
  const [by] = decisionsFor('freeze', entry.id, gateConditions(deps)).inForce;
  return {
    id: entry.id,
    action: due === undefined || by !== undefined ? 'keep' : 'build',
    ...(due && { due }),
    ...(by && { by }),
    buildId: rendered.buildId,
    ...(released && { published: released }),
    ...(withdrawn && { withdrawn }),
    moved,
  };
}

/** A release of which something is missing, in the registry or in a team's namespace, is made again. */
async function dueOf(
  { rendered, released, isPublished, due: known }: PlannedImage,
  deps: PlanDeps,
): Promise<Due | undefined> {
  const isWhole =
    !isPublished ||
    released === undefined ||
    (await isComplete(released, placesOf(rendered.locked.entry, deps), deps));
  return isWhole ? known : due([{ kind: 'missing' }]);
}
