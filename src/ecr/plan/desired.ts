import {
  catalogError,
  ecrHost,
  repositoriesOf,
  type Catalog,
  type EcrFields,
  type EcrSettings,
  type Problem,
} from '../../model/index.ts';
import { exclusionsOf } from './exclusions.ts';

/** A registry as the catalog wants it. */
export interface DesiredRegistry {
  readonly account: string;
  readonly region: string;
  readonly settings: EcrFields;
  /** By name: `golden/python`, `team-a/python`. */
  readonly repositories: ReadonlyMap<string, EcrFields>;
}

/** By this tag ingot knows a repository of its own; one without it is left alone, whatever its name. */
export const MANAGED_TAG = { key: 'ingot:managed', value: 'true' } as const;

/** Throws CATALOG_INVALID with every repository that ECR could not keep so. */
export function desiredRegistry(
  catalog: Pick<Catalog, 'entries' | 'teams'>,
  ecr: EcrSettings,
): DesiredRegistry {
  const repositories = new Map<string, EcrFields>();
  const problems: Problem[] = [];
  for (const [name, tracks] of tracksByRepository(catalog, ecr)) {
    const exclusions = exclusionsOf(tracks);
    if (exclusions.kind === 'problem') {
      problems.push({
        file: 'catalog.json',
        field: '',
        message: `repository "${name}": ${exclusions.message}`,
      });
    } else {
      repositories.set(name, repositoryFields(exclusions.filters, ecr));
    }
  }
  if (problems.length > 0) {
    throw catalogError('the catalog', problems);
  }
  const { account, region, scanning } = ecr;
  return { account, region, settings: { scanning, 'blob-mounting': true }, repositories };
}

function repositoryFields(except: readonly string[], { encryption, tags }: EcrSettings): EcrFields {
  return {
    encryption,
    mutability: { setting: 'IMMUTABLE_WITH_EXCLUSION', except },
    tags: { ...tags, [MANAGED_TAG.key]: MANAGED_TAG.value },
  };
}

/** The golden repository of every image and its copies in the teams' namespaces, with their moving tags; sorted. */
function tracksByRepository(
  { entries, teams }: Pick<Catalog, 'entries' | 'teams'>,
  ecr: EcrSettings,
): readonly (readonly [string, readonly string[]])[] {
  const registryAddress = ecrHost(ecr);
  const place = { registryAddress, goldenPrefix: `${registryAddress}/${ecr.prefix}` };
  const tracks = new Map<string, string[]>();
  for (const entry of entries) {
    const { repository, copies } = repositoriesOf(entry, teams, place);
    for (const each of [repository, ...copies]) {
      const name = each.slice(registryAddress.length + 1);
      tracks.set(name, [...(tracks.get(name) ?? []), entry.track]);
    }
  }
  return [...tracks].sort(([a], [b]) => (a < b ? -1 : 1));
}
