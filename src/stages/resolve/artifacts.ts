import semver from 'semver';
import { FactoryError, type ArtifactRequest, type LockedArtifact, type Platform } from '../../model/index.ts';
import { openRequest, type ArtifactSources } from '../../sources/index.ts';

/** A request locked on every platform of an image. */
export interface LockedRequest {
  readonly artifacts: ReadonlyMap<Platform, LockedArtifact>;
  /** What a person should know about them. */
  readonly notices: readonly string[];
}

/** What one platform is offered. */
interface Offer {
  readonly platform: Platform;
  readonly label: string;
  readonly versions: readonly string[];
}

/** Locks an artifact for every platform of an image at one version, so that a tag means the same everywhere. */
export async function lockArtifact(
  request: ArtifactRequest,
  platforms: readonly Platform[],
  sources: ArtifactSources,
): Promise<LockedRequest> {
  const requested = openRequest(request, sources);
  const offers: Offer[] = [];
  for (const platform of platforms) {
    const versions = finished(await requested.versions(platform));
    offers.push({ platform, label: requested.label(platform), versions });
  }
  const version = newestCommon(request.range, offers);
  if (version === undefined) {
    throw notFound(request, offers);
  }
  const artifacts = new Map<Platform, LockedArtifact>();
  const notices = new Set(lagging({ ...request, version }, offers));
  for (const platform of platforms) {
    const locking = await requested.lock(platform, version);
    artifacts.set(platform, locking.artifact);
    locking.notices.forEach((notice) => notices.add(notice));
  }
  return { artifacts, notices: [...notices] };
}

function finished(versions: readonly string[]): readonly string[] {
  return versions.filter((version) => semver.valid(version) !== null && semver.prerelease(version) === null);
}

/** The newest version in the range that every platform has: repackagers publish platforms at different times. */
function newestCommon(range: string, offers: readonly Offer[]): string | undefined {
  const [first, ...others] = offers;
  const common = (first?.versions ?? []).filter((version) =>
    others.every(({ versions }) => versions.includes(version)),
  );
  return newest(range, common);
}

/** Two builds of one version are told apart by what follows the plus, which semver's own order passes over. */
function newest(range: string, versions: readonly string[]): string | undefined {
  return versions
    .filter((version) => semver.satisfies(version, range))
    .sort(semver.compareBuild)
    .at(-1);
}

/** Says where a platform that lags behind holds the others back. */
function lagging(
  { name, range, version }: { readonly name: string; readonly range: string; readonly version: string },
  offers: readonly Offer[],
): readonly string[] {
  const ahead = newest(
    range,
    offers.flatMap(({ versions }) => versions),
  );
  if (ahead === undefined || ahead === version) {
    return [];
  }
  const lacking = offers.filter(({ versions }) => !versions.includes(ahead)).map(({ label }) => label);
  return [`${name} ${version} is older than ${ahead}, which ${lacking.join(' and ')} does not have yet`];
}

function notFound(request: ArtifactRequest, offers: readonly Offer[]): FactoryError {
  const found = offers.map(({ label, versions }) => `${label} ${newest(request.range, versions) ?? 'none'}`);
  return new FactoryError(
    'ARTIFACT_NOT_FOUND',
    `cannot lock "${request.name}": expected one version in range "${request.range}" that every platform has, got ${found.join(', ')}`,
    { hint: "change the track's range, or drop the platform that lags behind" },
  );
}
