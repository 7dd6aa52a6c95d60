import {
  mapInPool,
  type FetchedInputs,
  type Lock,
  type LockedArtifact,
  type Platform,
} from '../../model/index.ts';
import { fetchLocked } from '../../sources/index.ts';
import { digestOfIntegrity } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';
import { CACHE, findInput, type FoundInput, type InputPlace } from './input-places.ts';

/** The largest in use has 200 MB. */
const MAX_ARTIFACT_BYTES = 1 << 30;

export interface FoundInputs extends FetchedInputs {
  /** How many were found where: `the cache`, `the mirror`. */
  readonly places: ReadonlyMap<string, number>;
}

export type FetchDeps = ResolveDeps & {
  /** Where inputs are looked for that are no longer where they came from. */
  readonly copies?: readonly InputPlace[];
};

/** Everything the given platforms of a lock are built from. What is in the cache already is hashed again. */
export async function fetchInputs(
  lock: Lock,
  platforms: readonly Platform[],
  deps: FetchDeps,
): Promise<FoundInputs> {
  const layers = lock.platforms
    .filter(({ platform }) => platforms.includes(platform))
    .flatMap((locked) => locked.layers);
  const places = new Map<string, number>();
  function found(place: string): void {
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  const packages = await deps.packages.fetch(
    layers.flatMap((layer) => layer.packages),
    { ...(deps.copies !== undefined && { copies: deps.copies }), found },
  );
  const wanted = layers.flatMap((layer) => layer.artifacts);
  const artifacts = await mapInPool(deps.network, wanted, async (artifact): Promise<[string, string]> => {
    const { file, place } = await findArtifact(artifact, deps);
    found(place);
    return [artifact.integrity, file];
  });
  return { packages, artifacts: new Map(artifacts), places };
}

/** The verified file of an artifact, from the cache, else from its own source, else a copy. */
export async function fetchArtifact(artifact: LockedArtifact, deps: FetchDeps): Promise<string> {
  return (await findArtifact(artifact, deps)).file;
}

async function findArtifact(artifact: LockedArtifact, deps: FetchDeps): Promise<FoundInput> {
  const { name, version, integrity } = artifact;
  const { cache, copies = [] } = deps;
  const digest = digestOfIntegrity(integrity);
  const file = await cache.find(digest);
  if (file !== undefined) {
    return { file, place: CACHE };
  }
  const what = `artifact "${name}" ${version}`;
  const wanted = { what, file: `${name}@${version}`, digest, maxBytes: MAX_ARTIFACT_BYTES };
  return findInput(wanted, [originOf(artifact, deps), ...copies], deps);
}

/** Where an upstream release comes from. */
function originOf(artifact: LockedArtifact, { sources }: ResolveDeps): InputPlace {
  return { name: 'its source', fetch: (_wanted, store) => fetchLocked(artifact, store, sources) };
}
