import {
  catalogError,
  type Catalog,
  type EcrFields,
  type EcrTarget,
  type Problem,
} from '../../model/index.ts';
import type { JsonObject } from '../../model/index.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { lifecyclePolicyText } from '../lifecycle/policy.ts';
import { retentionsOf } from '../lifecycle/repositories.ts';
import { retentionPolicy, type RepositoryRetention } from '../lifecycle/retention-rules.ts';
import { goldenRepositoryPolicy, teamRepositoryPolicy } from '../policies/repository-policy.ts';
import { POLICY_LIMITS } from '../policies/written-policies.ts';
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

/**
 * Throws CATALOG_INVALID with every repository that ECR could not keep so.
 *
 * @param now lifecycle rules name the months that they shield
 */
export function desiredRegistry(
  catalog: Pick<Catalog, 'entries' | 'teams'>,
  target: EcrTarget,
  now: Date,
): DesiredRegistry {
  const policies = policiesByNamespace(catalog, target);
  const repositories = new Map<string, EcrFields>();
  const problems: Problem[] = [...tooLarge(policies, catalog, target)];
  const lifecycles = new Map<string, JsonObject>();
  for (const [name, kept] of retentionsOf(catalog, target)) {
    const policy = policies.get(name.slice(0, name.lastIndexOf('/')));
    const key = JSON.stringify(kept);
    const lifecycle = lifecycles.get(key) ?? lifecycleOf(kept, now);
    lifecycles.set(key, lifecycle);
    const fields = repositoryFields({ kept, policy, lifecycle }, target);
    if (typeof fields === 'string') {
      problems.push({ file: 'catalog.json', field: '', message: `repository "${name}": ${fields}` });
    } else {
      repositories.set(name, fields);
    }
  }
  if (problems.length > 0) {
    throw catalogError('the catalog', problems);
  }
  const { account, region, scanning } = target.ecr;
  return { account, region, settings: { scanning, 'blob-mounting': true }, repositories };
}

/** Of the namespaces whose policy ECR would not take, where whom it names is written. */
function tooLarge(
  policies: ReadonlyMap<string, JsonObject>,
  { teams }: Pick<Catalog, 'teams'>,
  { name }: EcrTarget,
): readonly Problem[] {
  return [...policies].flatMap(([namespace, policy]) => {
    const { length } = JSON.stringify(policy);
    if (length <= POLICY_LIMITS.repository) {
      return [];
    }
    const team = teams.find((each) => each.namespace === namespace);
    const place =
      team === undefined
        ? { file: 'catalog.json', field: `targets.${name}` }
        : { file: `teams/${team.name}.json`, field: 'aws' };
    const message = `expected a policy of the repositories in "${namespace}" of at most ${POLICY_LIMITS.repository} characters, got ${length}: name accounts in place of many roles`;
    return [{ ...place, message }];
  });
}

interface Wanted {
  readonly kept: RepositoryRetention;
  readonly policy: JsonObject | undefined;
  readonly lifecycle: JsonObject;
}

/** Or why ECR would not take them. */
function repositoryFields({ kept, policy, lifecycle }: Wanted, { ecr }: EcrTarget): EcrFields | string {
  const exclusions = exclusionsOf(kept.tracks);
  if (exclusions.kind === 'problem') {
    return exclusions.message;
  }
  return {
    encryption: ecr.encryption,
    mutability: { setting: 'IMMUTABLE_WITH_EXCLUSION', except: exclusions.filters },
    tags: { ...ecr.tags, [MANAGED_TAG.key]: MANAGED_TAG.value },
    ...(policy !== undefined && { policy }),
    lifecycle,
  };
}

/** As the API gives it back. */
export function lifecycleOf(kept: RepositoryRetention, now: Date): JsonObject {
  return JSON.parse(lifecyclePolicyText(retentionPolicy(kept, now))) as JsonObject;
}

/** The golden repositories' by the target's prefix, the teams' by their namespaces. */
function policiesByNamespace(
  { teams }: Pick<Catalog, 'teams'>,
  { ecr }: EcrTarget,
): ReadonlyMap<string, JsonObject> {
  return new Map([
    ...teams.map((team) => [team.namespace, toJson(teamRepositoryPolicy(ecr, team))] as const),
    [ecr.prefix, toJson(goldenRepositoryPolicy(ecr, teams))] as const,
  ]);
}

function toJson(policy: PolicyDocument): JsonObject {
  return JSON.parse(JSON.stringify(policy)) as JsonObject;
}
