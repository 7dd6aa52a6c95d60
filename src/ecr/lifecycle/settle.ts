import { evaluateLifecycle, isActedOn, type Judged } from './evaluate.ts';
import type { EcrImage } from './image.ts';
import type { LifecyclePolicy } from './policy.ts';

export interface Settled {
  /** What is acted on, in the order of evaluations: what an index holds goes one later than the index. */
  readonly actedOn: readonly Judged[];
  /** What stays, and why. */
  readonly staying: readonly Judged[];
}

/**
 * Evaluates until nothing moves any more, as ECR does within some days: without new pushes and with the clock at
 * `nowMs`.
 */
export function settle(images: readonly EcrImage[], policy: LifecyclePolicy, nowMs: number): Settled {
  const actedOn: Judged[] = [];
  let there = images;
  for (;;) {
    const judged = evaluateLifecycle(there, policy, nowMs);
    const moved = judged.filter(({ fate }) => isActedOn(fate));
    if (moved.length === 0) {
      return { actedOn, staying: judged };
    }
    actedOn.push(...moved);
    there = judged.flatMap((each) => afterwards(each, nowMs));
  }
}

function afterwards({ image, fate }: Judged, nowMs: number): readonly EcrImage[] {
  if (!isActedOn(fate)) {
    return [image];
  }
  return fate.action === 'expire' ? [] : [{ ...image, storageClass: 'archive', archivedAtMs: nowMs }];
}
