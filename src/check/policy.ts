import type { ImageBase } from '../dockerfile/index.ts';
import type { Catalog, CatalogEntry, CheckSettings } from '../model/index.ts';
import { matchesPattern, repositoriesOf } from '../model/index.ts';

/** What Dockerfiles may build from, and what the rules count as. */
export interface CheckPolicy {
  /** Our images by the repositories they are pulled from. */
  readonly golden: ReadonlyMap<string, GoldenRepository>;
  readonly settings: CheckSettings;
}

export interface GoldenRepository {
  /** Moving tags. */
  readonly tracks: readonly string[];
  /** Whether every image in it starts as a user that is not root. */
  readonly isNonRoot: boolean;
}

/** `24.21.0.202611210312`: three numbers and the minute of promotion, as the promote stage writes it. */
const UNIQUE_TAG = /^\d+\.\d+\.\d+\.\d{12}$/;

export function toCheckPolicy({ entries, targets, teams, check }: Catalog): CheckPolicy {
  const registries = targets.filter((target) => target.kind === 'registry');
  const golden = new Map<string, GoldenRepository>();
  const served = entries.flatMap((entry) => placesOf(entry).map((place) => ({ place, entry })));
  for (const [place, images] of Map.groupBy(served, ({ place }) => place)) {
    golden.set(place, toGolden(images.map(({ entry }) => entry)));
  }
  return { golden, settings: check };

  function placesOf(entry: CatalogEntry): readonly string[] {
    const targets = registries.flatMap(({ registry, prefix }) => {
      const place = { goldenPrefix: `${registry}/${prefix}`, registryAddress: registry };
      const { repository, copies } = repositoriesOf(entry, teams, place);
      return [repository, ...copies];
    });
    return [...targets, ...check.registries.map((prefix) => `${prefix}/${entry.repository}`)];
  }
}

function toGolden(images: readonly CatalogEntry[]): GoldenRepository {
  return {
    tracks: images.map(({ track }) => track),
    isNonRoot: images.every(({ config }) => Number.parseInt(config.user, 10) > 0),
  };
}

export function isUniqueTag(tag: string): boolean {
  return UNIQUE_TAG.test(tag);
}

/** A repository that the organisation allows besides the catalog's. */
export function isFurtherBase({ repository }: ImageBase, { settings }: CheckPolicy): boolean {
  return settings.bases.some((pattern) => matchesPattern(repository, pattern));
}
