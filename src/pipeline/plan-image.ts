import type {
  CatalogEntry,
  Due,
  ImageRepositories,
  Lock,
  LockedImage,
  MovedInput,
  ReleaseRecord,
  RenderedImage,
  Sha256,
  WithdrawnRelease,
} from '../model/index.ts';
import { repositoriesOf, withdrawalOf } from '../model/index.ts';
import { PREDICATE_TYPE } from '../oci/index.ts';
import { decisionsFor } from '../stages/gate/index.ts';
import { findBuild, findWithdrawn, readRelease } from '../stages/promote/index.ts';
import { movedInputs, render } from '../stages/render/index.ts';
import {
  assertAsHeld,
  registryPlaces,
  resolve,
  reviewedImage,
  type InputPlace,
} from '../stages/resolve/index.ts';
import { parseLockPredicate, readAttestation } from '../stages/sign/index.ts';
import type { PlanDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import type { StageClock } from './stage-clock.ts';
import { toolboxOf, toolDigest } from './tools.ts';
import { due, whyMoved } from './why-due.ts';

/** What is due for an image, and why. */
export interface PlannedImage {
  readonly rendered: RenderedImage;
  readonly tests: Readonly<Record<string, Sha256>>;
  /** The track's newest release, if there is one. */
  readonly released: ReleaseRecord | undefined;
  /** The release is a build of exactly these inputs: nothing has to be made. */
  readonly isPublished: boolean;
  /** These inputs were built and released, and that was withdrawn: nothing may be made of them. */
  readonly withdrawn?: WithdrawnRelease;
  /** Inputs that are not what they were in the release. */
  readonly moved: readonly MovedInput[];
  /** Why something has to be made; absent where nothing has. */
  readonly due?: Due;
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
  const withdrawn =
    built === undefined
      ? undefined
      : (findWithdrawn(built, released) ?? (isPublished ? undefined : withdrawnByDecision(built, deps)));
  const known = { rendered, tests, released, isPublished, ...(withdrawn && { withdrawn }) };
  return { ...known, ...(await whyDue(known, deps)) };
}

/** Nothing is due of what is published, nor of what must not be made again. */
async function whyDue(
  { rendered, released, isPublished, withdrawn }: Omit<PlannedImage, 'moved' | 'due'>,
  deps: PlanDeps,
): Promise<Pick<PlannedImage, 'moved' | 'due'>> {
  if (isPublished || withdrawn !== undefined) {
    return { moved: [] };
  }
  if (released === undefined) {
    return { moved: [], due: due([{ kind: 'first-release' }]) };
  }
  const { entry, lock } = rendered.locked;
  const ref = { repository: placesOf(entry, deps).repository, digest: released.digest };
  const predicate = await readAttestation(ref, PREDICATE_TYPE.lock, deps);
  const before = predicate === undefined ? undefined : parseLockPredicate(predicate).inputs;
  const moved = before === undefined ? [] : movedInputs(before, rendered.inputs);
  return { moved, due: whyMoved(moved, lock) };
}

/** Of the release itself the gate says so: it has to be replaced. */
function withdrawnByDecision(
  digest: Sha256,
  { catalog, runStartedAt }: Pick<PlanDeps, 'catalog' | 'runStartedAt'>,
): WithdrawnRelease | undefined {
  const decision = withdrawalOf(catalog.decisions, { digest });
  if (decision === undefined) {
    return undefined;
  }
  const { reason, owner, file } = decision;
  return { digest, tag: digest, at: runStartedAt.toISOString(), reason: `${reason} (${owner}, ${file})` };
}

async function resolveImage(
  entry: CatalogEntry,
  released: ReleaseRecord | undefined,
  deps: PlanDeps,
): Promise<LockedImage> {
  const decisions = decisionsFor('hold', entry.id, gateConditions(deps)).inForce;
  if (deps.reviewedLock !== undefined) {
    const lock = await deps.reviewedLock(entry);
    assertAsHeld(lock, decisions);
    return reviewedImage(entry, lock);
  }
  const previousEpoch = released === undefined ? {} : { previousEpoch: released.epoch };
  const held = {
    decisions,
    previous: () => releasedLock(entry, released, deps),
    copies: keptCopies(entry, deps),
  };
  return resolve({ entry, archive: deps.archive, held, ...previousEpoch }, deps.resolve);
}

/** What the release is made of, as its signed attestation says. */
async function releasedLock(
  entry: CatalogEntry,
  released: ReleaseRecord | undefined,
  deps: PlanDeps,
): Promise<Lock | undefined> {
  if (released === undefined) {
    return undefined;
  }
  const ref = { repository: placesOf(entry, deps).repository, digest: released.digest };
  const predicate = await readAttestation(ref, PREDICATE_TYPE.lock, deps);
  return predicate === undefined ? undefined : parseLockPredicate(predicate).lock;
}

/** Copies of inputs: beside the image first, then beside the others of the catalog. */
export function keptCopies(
  { repository }: Pick<CatalogEntry, 'repository'>,
  { catalog, goldenPrefix, registry }: Pick<PlanDeps, 'catalog' | 'goldenPrefix' | 'registry'>,
): readonly InputPlace[] {
  const others = catalog.entries.map((other) => other.repository);
  return registryPlaces(goldenPrefix, [...new Set([repository, ...others])], registry);
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
  entry: Pick<CatalogEntry, 'repository' | 'track'>,
  { catalog, goldenPrefix, registryAddress }: Pick<PlanDeps, 'catalog' | 'goldenPrefix' | 'registryAddress'>,
): ImageRepositories {
  return repositoriesOf(entry, catalog.teams, { goldenPrefix, registryAddress });
}

function versionNote({ lock }: LockedImage): string {
  return lock.version;
}
