import { FactoryError } from '../../model/index.ts';
import type { NamedPolicy, PolicyDocument } from '../iam/policy.ts';
import { ecrEndpointPolicy, s3EndpointPolicy } from './endpoint-policy.ts';
import { factoryPolicies, teamPolicy } from './identity-policy.ts';
import type { PolicyInput } from './input.ts';
import { keyPolicy, ownKeyOf } from './key-policy.ts';
import { registryPolicy } from './registry-policy.ts';
import { goldenRepositoryPolicy, teamRepositoryPolicy } from './repository-policy.ts';
import { TRUSTED, trustPolicy } from './trust-policy.ts';

/** A policy that is called by the name of its file. */
export interface WrittenPolicy extends NamedPolicy {
  readonly kind: keyof typeof POLICY_LIMITS;
}

/** Characters that AWS takes: ECR's API reference, and "IAM and AWS STS quotas", KMS's and VPC's. */
export const POLICY_LIMITS = {
  repository: 10_240,
  registry: 10_240,
  managed: 6_144,
  trust: 2_048,
  key: 32_768,
  endpoint: 20_480,
} as const;

export const REGISTRY_FILE = 'registry.json';
export const KEY_FILE = 'key.json';
export const ECR_ENDPOINT_FILE = 'endpoints/ecr.json';
export const S3_ENDPOINT_FILE = 'endpoints/s3.json';

/** `identities/factory.json`, `identities/factory-2.json`: one role has them all. */
export function factoryFile(index: number): string {
  return `identities/factory${index === 0 ? '' : `-${index + 1}`}.json`;
}

export function isFactoryFile(name: string): boolean {
  return /^identities\/factory(-\d+)?\.json$/.test(name);
}

export function repositoryFile(namespace: string): string {
  return `repositories/${namespace}.json`;
}

export function teamFile(team: { readonly name: string }): string {
  return `identities/teams/${team.name}.json`;
}

export function trustFile(trusted: string): string {
  return `trust/${trusted}.json`;
}

/** Every policy of a target, as AWS takes it: one that is too large is an error before anything is written. */
export function writtenPolicies(input: PolicyInput): readonly WrittenPolicy[] {
  const { target, teams } = input;
  const { settings } = target;
  const key = ownKeyOf(settings);
  const policies: readonly WrittenPolicy[] = [
    policy('repository', repositoryFile(settings.prefix), goldenRepositoryPolicy(settings, teams)),
    ...teams.map((team) =>
      policy('repository', repositoryFile(team.namespace), teamRepositoryPolicy(settings, team)),
    ),
    policy('registry', REGISTRY_FILE, registryPolicy(settings, teams)),
    ...factoryPolicies(target, teams, POLICY_LIMITS.managed).map((document, index) =>
      policy('managed', factoryFile(index), document),
    ),
    ...teams.map((team) => policy('managed', teamFile(team), teamPolicy(settings, team))),
    ...TRUSTED.map((trusted) => policy('trust', trustFile(trusted), trustPolicy(trusted, settings))),
    ...(key === undefined ? [] : [policy('key', KEY_FILE, keyPolicy(settings, key))]),
    policy('endpoint', ECR_ENDPOINT_FILE, ecrEndpointPolicy(input)),
    policy('endpoint', S3_ENDPOINT_FILE, s3EndpointPolicy(settings, teams)),
  ];
  assertSizes(policies);
  return policies;
}

function policy(kind: WrittenPolicy['kind'], name: string, document: PolicyDocument): WrittenPolicy {
  return { kind, name, document };
}

/** As it is sent to AWS. IAM counts no white space, the others do: there is none. */
export function policyText(document: PolicyDocument): string {
  return JSON.stringify(document);
}

const REMEDIES: Readonly<Partial<Record<WrittenPolicy['kind'], string>>> = {
  repository: 'let teams name accounts in place of many roles, which stand twice in their policy',
  registry:
    'publish some teams to a target in another account: each stands twice in the policy of the registry',
  endpoint: 'name fewer targets in one region: the policies of endpoints have the registry of each',
};

function assertSizes(policies: readonly WrittenPolicy[]): void {
  const large = policies.filter(({ kind, document }) => policyText(document).length > POLICY_LIMITS[kind]);
  if (large.length === 0) {
    return;
  }
  const problems = large.map(
    ({ kind, name, document }) =>
      `${name}: expected at most ${POLICY_LIMITS[kind]} characters, got ${policyText(document).length}`,
  );
  const hints = new Set(large.flatMap(({ kind }) => REMEDIES[kind] ?? []));
  throw new FactoryError(
    'POLICY_TOO_LARGE',
    `cannot write policies: AWS would refuse them\n${problems.join('\n')}`,
    hints.size === 0 ? {} : { hint: [...hints].join('\n') },
  );
}
