import { resolveClosure } from '../../debian/index.ts';
import type {
  CatalogEntry,
  LockedArtifact,
  LockedLayer,
  LockedPackage,
  Platform,
  Sha256,
  Stack,
} from '../../model/index.ts';
import { architectureOf } from '../../oci/index.ts';
import { layerEpoch, toSeconds } from './epoch.ts';
import { indexesOf, type OpenSuite } from './open-archive.ts';

/** A layer whose inputs are known, but not yet their dates. */
export type ChosenLayer = Omit<LockedLayer, 'epoch'>;

/** Artifacts per stack and platform. */
export type ArtifactsOf = (stack: Stack, platform: Platform) => readonly LockedArtifact[];

/** Each stack's closure over what the layers below it have, from the lowest to the top. */
export function chooseLayers(
  entry: CatalogEntry,
  platform: Platform,
  { suites, artifactsOf }: { readonly suites: readonly OpenSuite[]; readonly artifactsOf: ArtifactsOf },
): readonly ChosenLayer[] {
  const architecture = architectureOf(platform);
  const indexes = indexesOf(suites, architecture);
  const present: LockedPackage[] = [];
  const layers: ChosenLayer[] = [];
  for (const stack of entry.stacks) {
    const closure = resolveClosure({
      indexes,
      architecture,
      requests: stack.packages,
      present: [...present],
      exclude: stack.exclude,
      requester: `stack ${stack.name}`,
    });
    present.push(...closure.packages);
    layers.push({ stack: stack.name, ...closure, artifacts: artifactsOf(stack, platform) });
  }
  return layers;
}

/** Gives each layer the newest date of its inputs; `lowest` is the date of a lowest layer without any. */
export function dateLayers(
  layers: readonly ChosenLayer[],
  dates: ReadonlyMap<Sha256, number>,
  lowest: number,
): readonly LockedLayer[] {
  let below = lowest;
  return layers.map((layer) => {
    const ofPackages = layer.packages.map(({ sha256 }) => dates.get(sha256) ?? 0);
    const ofArtifacts = layer.artifacts.map(({ published }) => toSeconds(published));
    below = layerEpoch([...ofPackages, ...ofArtifacts], below);
    return { ...layer, epoch: below };
  });
}
