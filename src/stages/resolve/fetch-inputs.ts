import { mapInPool, type Lock, type LockedArtifact, type Platform, type Sha256 } from '../../model/index.ts';
import { digestOfIntegrity } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';

/** The largest tarball in use has 60 MB. */
const MAX_TARBALL_BYTES = 1 << 30;

/** Verified files in the cache, for the build. */
export interface FetchedInputs {
  readonly packages: ReadonlyMap<Sha256, string>;
  /** By integrity. */
  readonly artifacts: ReadonlyMap<string, string>;
}

/** Everything the given platforms of a lock are built from. What is in the cache already is hashed again. */
export async function fetchInputs(
  lock: Lock,
  platforms: readonly Platform[],
  deps: ResolveDeps,
): Promise<FetchedInputs> {
  const layers = lock.platforms
    .filter(({ platform }) => platforms.includes(platform))
    .flatMap((locked) => locked.layers);
  const packages = await deps.packages.fetch(layers.flatMap((layer) => layer.packages));
  const wanted = layers.flatMap((layer) => layer.artifacts);
  const artifacts = await mapInPool(deps.network, wanted, async (artifact): Promise<[string, string]> => [
    artifact.integrity,
    await fetchArtifact(artifact, deps),
  ]);
  return { packages, artifacts: new Map(artifacts) };
}

async function fetchArtifact(artifact: LockedArtifact, deps: ResolveDeps): Promise<string> {
  const { cache, npm, downloads } = deps;
  const digest = digestOfIntegrity(artifact.integrity);
  const content = { what: `${artifact.package}@${artifact.version}`, maxBytes: MAX_TARBALL_BYTES };
  return (
    (await cache.find(digest)) ??
    (await npm.tarball(artifact, (chunks) => cache.put(digest, downloads.counted(chunks), content)))
  );
}
