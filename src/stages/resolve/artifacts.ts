import semver from 'semver';
import {
  FactoryError,
  type LockedArtifact,
  type NpmArtifactRequest,
  type Platform,
} from '../../model/index.ts';
import type { NpmSource, NpmVersion } from '../../sources/npm/index.ts';

/** What one platform's npm package offers for a request. */
export interface Offer {
  readonly platform: Platform;
  readonly package: string;
  readonly versions: readonly NpmVersion[];
}

/** Locks an artifact for every platform of an image at one version, so that a tag means the same everywhere. */
export async function lockArtifact(
  request: NpmArtifactRequest,
  platforms: readonly Platform[],
  npm: NpmSource,
): Promise<ReadonlyMap<Platform, LockedArtifact>> {
  const offers: Offer[] = [];
  for (const platform of platforms) {
    const name = request.packages[platform];
    offers.push({ platform, package: name, versions: await npm.versions(name) });
  }
  const version = newestCommon(request.range, offers);
  if (version === undefined) {
    throw notFound(request, offers);
  }
  return new Map(
    offers.flatMap(({ platform, package: name, versions }) =>
      versions
        .filter((candidate) => candidate.version === version)
        .map(({ integrity, published }) => [
          platform,
          { kind: 'npm', name: request.name, package: name, version, integrity, published },
        ]),
    ),
  );
}

/** The newest version in the range that every platform has: repackagers publish platforms at different times. */
export function newestCommon(range: string, offers: readonly Offer[]): string | undefined {
  const [first = [], ...others] = offers.map((offer) => usable(offer.versions));
  const common = first.filter((version) => others.every((versions) => versions.includes(version)));
  return semver.maxSatisfying(common, range) ?? undefined;
}

function usable(versions: readonly NpmVersion[]): readonly string[] {
  return versions
    .filter(({ version, deprecated }) => !deprecated && semver.prerelease(version) === null)
    .map(({ version }) => version);
}

function notFound(request: NpmArtifactRequest, offers: readonly Offer[]): FactoryError {
  const newest = offers.map((offer) => {
    const found = semver.maxSatisfying(usable(offer.versions), request.range) ?? 'none';
    return `${offer.package} ${found}`;
  });
  return new FactoryError(
    'ARTIFACT_NOT_FOUND',
    `cannot lock "${request.name}": expected one version in range "${request.range}" that every platform has, got ${newest.join(', ')}`,
    { hint: "change the track's range, or drop the platform that lags behind" },
  );
}
