import { FactoryError } from '../../model/index.ts';
import type { NamedPolicy, PolicyDocument } from '../iam/policy.ts';
import { ecrEndpointPolicy, s3EndpointPolicy } from './endpoint-policy.ts';
import { factoryPolicy, teamPolicy } from './identity-policy.ts';
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

export const FACTORY_FILE = 'identities/factory.json';
export const REGISTRY_FILE = 'registry.json';
export const KEY_FILE = 'key.json';
export const ECR_ENDPOINT_FILE = 'endpoints/ecr.json';
export const S3_ENDPOINT_FILE = 'endpoints/s3.json';

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
    policy('managed', FACTORY_FILE, factoryPolicy(target, teams)),
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

function assertSizes(policies: readonly WrittenPolicy[]): void {
  const problems = policies.flatMap(({ kind, name, document }) => {
    const size = policyText(document).length;
    return size > POLICY_LIMITS[kind]
      ? [`${name}: expected at most ${POLICY_LIMITS[kind]} characters, got ${size}`]
      : [];
  });
  if (problems.length > 0) {
    throw new FactoryError(
      'POLICY_TOO_LARGE',
      `cannot write policies: AWS would refuse them\n${problems.join('\n')}`,
      {
        hint: 'let teams name accounts in place of many roles, or publish some of them to a target in another account',
      },
    );
  }
}
