import {
  FactoryError,
  storageFailure,
  type CatalogEntry,
  type ImagePlan,
  type KnownPlan,
} from '../model/index.ts';
import { decisionsFor } from '../stages/gate/index.ts';
import type { PlanDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { dueOrMissing } from './missing-parts.ts';
import { planImage } from './plan-image.ts';
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
  const planned = await planImage(entry, deps, createStageClock(entry.id, deps.resolve));
  const { rendered, released, withdrawn, moved } = planned;
  const due = await dueOrMissing(planned, deps);
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
