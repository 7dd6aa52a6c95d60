import {
  FactoryError,
  problemText,
  type ArtifactRequest,
  type CatalogEntry,
  type Lock,
  type LockedArtifact,
  type LockedImage,
  type LockedPackage,
  type LockedPlatform,
} from '../../model/index.ts';
import { lockArtifact, type LockedRequest } from './artifacts.ts';
import { chooseLayers, dateLayers, type ArtifactsOf } from './choose-layers.ts';
import type { ResolveDeps } from './deps.ts';
import { entryDigest } from './entry-digest.ts';
import { quarterStart } from './epoch.ts';
import { findHeld, heldNotices, type Held } from './held-packages.ts';
import { lowestVersion, toImageVersion } from './image-version.ts';
import { newestDate, repositoriesFor, toLockedSuite, type OpenArchive } from './open-archive.ts';

export interface ResolveRequest {
  readonly entry: CatalogEntry;
  readonly archive: OpenArchive;
  /** SOURCE_DATE_EPOCH of what is published: a new lock never goes back behind it. */
  readonly previousEpoch?: number;
  /** Packages that stay at a version, whatever is newer. */
  readonly held?: Held;
}

/**
 * Finds the exact inputs of an image on all its platforms. Fetches .debs whose dates are not known, as these are in them,
 * but no artifact unless its source can be verified in no other way: `fetchInputs` does that for the platforms that are built.
 */
export async function resolve(request: ResolveRequest, deps: ResolveDeps): Promise<LockedImage> {
  const { entry, archive, previousEpoch = 0, held } = request;
  const debian = await archive.release(entry.suite);
  const suites = [...debian, ...(await repositoriesFor(entry, archive))];
  const quarter = quarterStart(newestDate(debian));
  const { artifactsOf, notices: ofArtifacts } = await lockArtifacts(entry, deps);
  const choice = { suites, artifactsOf, held: await findHeld(held, entry.platforms, { ...deps, suites }) };
  const chosen = entry.platforms.map((platform) => ({
    platform,
    layers: chooseLayers(entry, platform, choice),
  }));
  const packages = chosen.flatMap(({ layers }) => layers.flatMap((layer) => layer.packages));
  const dates = await deps.packages.dates(packages);
  const platforms = chosen.map(({ platform, layers }) => ({
    platform,
    layers: dateLayers(layers, dates, quarter),
  }));
  const epochs = platforms.flatMap(({ layers }) => layers.map((layer) => layer.epoch));
  const lock: Lock = {
    schemaVersion: 1,
    image: entry.id,
    entry: entryDigest(entry),
    version: versionOf(entry, platforms),
    epoch: Math.max(...epochs, quarter, previousEpoch),
    suites: suites.map(toLockedSuite),
    platforms,
  };
  const notices = [...ofArtifacts, ...heldNotices(held?.decisions ?? [], platforms, suites)];
  return { entry, lock, ...(notices.length === 0 ? {} : { notices }) };
}

interface LockedArtifacts {
  readonly artifactsOf: ArtifactsOf;
  readonly notices: readonly string[];
}

async function lockArtifacts(entry: CatalogEntry, { sources }: ResolveDeps): Promise<LockedArtifacts> {
  const locked = new Map<ArtifactRequest, LockedRequest>();
  for (const request of entry.stacks.flatMap((stack) => stack.artifacts)) {
    locked.set(request, await lockArtifact(request, entry.platforms, sources));
  }
  return {
    artifactsOf: (stack, platform) =>
      stack.artifacts.flatMap((request) => locked.get(request)?.artifacts.get(platform) ?? []),
    notices: [...locked.values()].flatMap(({ notices }) => notices),
  };
}

/** The version the image is named after: where platforms differ, the lowest. */
function versionOf(entry: CatalogEntry, platforms: readonly LockedPlatform[]): string {
  const [first, ...others] = platforms.map((platform) => versionOn(entry, platform));
  if (first === undefined) {
    throw new FactoryError('CATALOG_INVALID', `cannot lock "${entry.id}": expected a platform, got none`);
  }
  return lowestVersion([first, ...others]);
}

type NamedInput = Pick<LockedPackage | LockedArtifact, 'name' | 'version'>;

function versionOn(entry: CatalogEntry, { platform, layers }: LockedPlatform): string {
  const { kind, name } = entry.version;
  const inputs = layers.flatMap((layer): readonly NamedInput[] =>
    kind === 'package' ? layer.packages : layer.artifacts,
  );
  const version = inputs.find((input) => input.name === name)?.version;
  const parsed = version === undefined ? undefined : toImageVersion(version);
  if (parsed === undefined) {
    const got = version === undefined ? `no such ${kind} on ${platform}` : `"${version}"`;
    const message = `expected ${kind} "${name}" with a version that starts with a number, got ${got}`;
    throw new FactoryError(
      'CATALOG_INVALID',
      `cannot name the version of "${entry.id}": ${problemText({ file: entry.file, field: entry.field, message })}`,
    );
  }
  return parsed;
}
