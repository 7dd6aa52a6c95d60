import type { Due } from '../model/index.ts';
import { isComplete } from '../stages/promote/index.ts';
import type { PlanDeps } from './deps.ts';
import { placesOf, type PlannedImage } from './plan-image.ts';
import { due } from './why-due.ts';

/** A release of which something is missing, in the registry or in a team's namespace, is made again. */
export async function dueOrMissing(
  { rendered, released, isPublished, due: known }: PlannedImage,
  deps: PlanDeps,
): Promise<Due | undefined> {
  const isWhole =
    !isPublished ||
    released === undefined ||
    (await isComplete(released, placesOf(rendered.locked.entry, deps), deps));
  return isWhole ? known : due([{ kind: 'missing' }]);
}
