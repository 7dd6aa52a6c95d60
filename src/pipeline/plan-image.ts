import type {
  CatalogEntry,
  ImageRepositories,
  LockedImage,
  ReleaseRecord,
  RenderedImage,
  Sha256,
  WithdrawnRelease,
} from '../model/index.ts';
import { repositoriesOf } from '../model/index.ts';
import { findBuild, findWithdrawn, readRelease } from '../stages/promote/index.ts';
import { render } from '../stages/render/index.ts';
import { resolve, reviewedImage } from '../stages/resolve/index.ts';
import type { PlanDeps } from './deps.ts';
import type { StageClock } from './stage-clock.ts';
import { toolboxOf, toolDigest } from './tools.ts';

/** What is due for an image, and why. */
export interface PlannedImage {
  readonly rendered: RenderedImage;
  readonly tests: Readonly<Record<string, Sha256>>;
  /** The track's newest release, if there is one. */
  readonly released: ReleaseRecord | undefined;
  /** The release is a build of exactly these inputs: nothing has to be made. */
  readonly isPublished: boolean;
  /** These inputs were built and released, and the track went back from it: nothing may be made of them. */
  readonly withdrawn?: WithdrawnRelease;
}

export async function planImage(
  entry: CatalogEntry,
  deps: PlanDeps,
  clock: StageClock,
): Promise<PlannedImage> {
  const { repository } = placesOf(entry, deps);
  const released = await readRelease({ repository, track: entry.track }, deps);
  const locked = await clock.run('resolve', () => resolveImage(entry, released, deps), versionNote);
  const tests = await deps.tests(entry);
  const rendered = await clock.run('render', () => renderImage(locked, tests, deps));
  const built = await findBuild(repository, rendered.buildId, deps.registry);
  const isPublished = released !== undefined && built === released.digest;
  const withdrawn = built === undefined ? undefined : findWithdrawn(built, released);
  return { rendered, tests, released, isPublished, ...(withdrawn && { withdrawn }) };
}

async function resolveImage(
  entry: CatalogEntry,
  released: ReleaseRecord | undefined,
  deps: PlanDeps,
): Promise<LockedImage> {
  if (deps.reviewedLock !== undefined) {
    return reviewedImage(entry, await deps.reviewedLock(entry));
  }
  const previous = released === undefined ? {} : { previousEpoch: released.epoch };
  return resolve({ entry, archive: deps.archive, ...previous }, deps.resolve);
}

export function renderImage(
  locked: LockedImage,
  tests: Readonly<Record<string, Sha256>>,
  {
    templates,
    platforms,
    compression,
    locks,
  }: Pick<PlanDeps, 'templates' | 'platforms' | 'compression' | 'locks'>,
): RenderedImage {
  const toolbox = toolDigest(toolboxOf(locked.entry.suite, locks.toolboxes));
  const builder = toolDigest(locks.builder);
  return render({ locked, templates, platforms, compression, tests, toolbox, builder });
}

/** The golden repository, and the same image in the namespace of each team that asked for it. */
export function placesOf(
  entry: Pick<CatalogEntry, 'repository'>,
  { catalog, goldenPrefix, registryAddress }: Pick<PlanDeps, 'catalog' | 'goldenPrefix' | 'registryAddress'>,
): ImageRepositories {
  return repositoriesOf(entry.repository, catalog.teams, { goldenPrefix, registryAddress });
}

function versionNote({ lock }: LockedImage): string {
  return lock.version;
}
