import type { ImageBase } from '../dockerfile/index.ts';
import type { Catalog, CatalogEntry, CheckSettings } from '../model/index.ts';

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
  const registries = targets.flatMap((target) => (target.kind === 'registry' ? [target] : []));
  const prefixes = [
    ...registries.map(({ registry, prefix }) => `${registry}/${prefix}`),
    ...check.registries,
  ];
  const golden = new Map<string, GoldenRepository>();
  for (const [repository, images] of Map.groupBy(entries, (entry) => entry.repository)) {
    const owners = teams.filter((team) => team.images.includes(repository));
    const copies = registries.flatMap(({ registry }) =>
      owners.map(({ namespace }) => `${registry}/${namespace}`),
    );
    for (const prefix of [...prefixes, ...copies]) {
      golden.set(`${prefix}/${repository}`, toGolden(images));
    }
  }
  return { golden, settings: check };
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
  return settings.bases.some((pattern) => globOf(pattern).test(repository));
}

function globOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`);
}
