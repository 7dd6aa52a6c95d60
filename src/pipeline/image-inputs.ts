import type { CatalogEntry, GatedImage, LockedImage, Platform } from '../model/index.ts';
import { publishInputs } from '../stages/publish/index.ts';
import {
  fetchInputs,
  inputFiles,
  toolFiles,
  registryPlaces,
  snapshotPlace,
  type FoundInputs,
  type InputPlace,
} from '../stages/resolve/index.ts';
import type { MadeImage } from './build-image.ts';
import type { RunDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

/** What an image is made from: from the cache, from where it came from, or else a copy that was kept of it. */
export async function fetchImageInputs(
  { entry, lock }: LockedImage,
  platforms: readonly Platform[],
  deps: RunDeps,
): Promise<FoundInputs> {
  const copies = [...keptCopies(entry, deps), snapshotPlace(lock.suites, deps.resolve)];
  const inputs = await fetchInputs(lock, platforms, { ...deps.resolve, copies });
  if (deps.reviewedLock !== undefined) {
    const counts = [...inputs.places].map(([place, count]) => `${count} from ${place}`);
    deps.emit({ kind: 'notice', level: 'info', message: `inputs of ${entry.id}: ${counts.join(', ')}` });
  }
  return inputs;
}

/** Beside the image first, then beside the others of the catalog. */
function keptCopies({ repository }: CatalogEntry, deps: RunDeps): readonly InputPlace[] {
  const others = deps.catalog.entries.map((other) => other.repository);
  return registryPlaces(deps.goldenPrefix, [...new Set([repository, ...others])], deps.registry);
}

/** Keeps a copy of them and of the toolbox beside the image, unless the target is told not to. */
export async function keepImageInputs(
  image: GatedImage,
  { inputs, toolbox }: Pick<MadeImage, 'inputs' | 'toolbox'>,
  deps: RunDeps,
): Promise<void> {
  const { inputsSeen: seen } = deps;
  if (seen === undefined) {
    return;
  }
  const { rendered, platforms } = image.tested.built;
  const { entry, lock } = rendered.locked;
  const built = platforms.map(({ platform }) => platform);
  const files = [...(await inputFiles(lock, built, inputs)), ...(await toolFiles(toolbox))];
  await publishInputs(image, { repository: placesOf(entry, deps).repository, files }, { ...deps.sign, seen });
}
