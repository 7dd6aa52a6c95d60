import type { EcrSettings, Team } from '../../model/index.ts';
import { accountOfArn, FactoryError, repositoryArn } from '../../model/index.ts';
import type { AccessDecision, Policies } from '../iam/evaluate.ts';
import { evaluate } from '../iam/evaluate.ts';
import type { NamedPolicy } from '../iam/policy.ts';
import type { AccessRequest, GivenContext, Principal } from '../iam/request.ts';
import { assumedContext, isGiven } from './assumed-context.ts';
import { knownAccounts, layerBucketArn } from './endpoint-policy.ts';
import type { PolicyInput } from './input.ts';
import { ownKeyOf } from './key-policy.ts';
import { ownNamespaces } from './namespaces.ts';
import type { WrittenPolicy } from './written-policies.ts';
import {
  ECR_ENDPOINT_FILE,
  isFactoryFile,
  KEY_FILE,
  REGISTRY_FILE,
  repositoryFile,
  S3_ENDPOINT_FILE,
  teamFile,
  writtenPolicies,
} from './written-policies.ts';

/** A question to the policies of a target. */
export interface AccessQuestion {
  /** ARN of a role, a session of one, a user, or an account's root. */
  readonly principal: string;
  readonly action: string;
  /** ARN, the name of a repository of the target, or `*`. */
  readonly resource: string;
  readonly viaEndpoint: boolean;
  /** Condition keys of the call, besides what the rest of the question says. */
  readonly context?: GivenContext;
}

export interface AccessExplanation extends AccessQuestion {
  readonly decision: AccessDecision;
  /** What the catalog does not say, and what was taken for it. */
  readonly assumptions: readonly string[];
}

/** Who may do what by the policies that are written for a target, and by which statement. */
export function explainAccess(question: AccessQuestion, input: PolicyInput): AccessExplanation {
  const { settings } = input.target;
  const { principal, ...about } = principalOf(question.principal, input);
  const resource = resourceArn(question.resource, settings);
  const { action, context = {} } = question;
  const asked = { action, resource, resourceAccount: accountOfResource(resource, principal), context };
  const assumed = assumedContext(asked, input);
  const request: AccessRequest = { ...asked, principal, context: assumed.context };
  const policies = writtenPolicies(input);
  const identity = identityPolicies({ resource, arn: principal.arn }, input, policies);
  const ofResource = resourcePolicies(request, input, policies);
  const applied: Policies = {
    identity: identity.policies,
    resource: ofResource.policies,
    ...(question.viaEndpoint && { endpoint: endpointPolicy(action, policies) }),
  };
  return {
    ...question,
    principal: principal.arn,
    resource,
    decision: evaluate(request, applied),
    assumptions: [
      ...(isGiven(context, 'aws:PrincipalOrgID') ? [] : about.assumptions),
      ...assumed.assumptions,
      ...identity.assumptions,
      ...ofResource.assumptions,
    ],
  };
}

type AwsPrincipal = Extract<Principal, { kind: 'aws' }>;

interface Assumed {
  readonly assumptions: readonly string[];
}

const PRINCIPAL =
  /^(?<partition>arn:aws(?:-cn|-us-gov|-eusc)?):(?:iam::(?<account>\d{12}):(?:root|(?:role|user)\/.+)|sts::(?<sessionAccount>\d{12}):assumed-role\/(?<role>[^/]+)\/.+)$/;

function principalOf(
  text: string,
  { target: { settings }, teams }: PolicyInput,
): Assumed & { readonly principal: AwsPrincipal } {
  const found = PRINCIPAL.exec(text)?.groups;
  const account = found?.account ?? found?.sessionAccount;
  if (found === undefined || account === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot explain access: expected the ARN of a role, a session of one, a user or an account's root, got "${text}"`,
    );
  }
  const arn =
    found.role === undefined
      ? text
      : roleOfSession(`${found.partition}:iam::${account}:role/`, found.role, [
          settings.factory,
          ...teams.flatMap(({ aws }) => aws.principals),
        ]);
  const { organisation } = settings;
  if (organisation === undefined) {
    return { principal: { kind: 'aws', arn, account }, assumptions: [] };
  }
  return knownAccounts(settings, teams).includes(account)
    ? { principal: { kind: 'aws', arn, account, organisation }, assumptions: [] }
    : {
        principal: { kind: 'aws', arn, account },
        assumptions: [`account ${account} is not in the catalog: taken to be outside ${organisation}`],
      };
}

/** A session's ARN has the name of its role, which is unique in an account, and not the path to it. */
function roleOfSession(roles: string, name: string, known: readonly string[]): string {
  const found = known.find((arn) => arn.startsWith(roles) && arn.endsWith(`/${name}`));
  return found ?? `${roles}${name}`;
}

function resourceArn(text: string, settings: EcrSettings): string {
  return text === '*' || text.startsWith('arn:') ? text : repositoryArn(settings, text);
}

/** What has no resource is done in the account of who asks. */
function accountOfResource(resource: string, { account }: AwsPrincipal): string {
  return resource === '*' ? account : accountOfArn(resource);
}

/** Those of the factory and the teams are written; anybody else's are their account's, and may allow everything. */
function identityPolicies(
  { resource, arn }: { readonly resource: string; readonly arn: string },
  { target, teams }: PolicyInput,
  policies: readonly WrittenPolicy[],
): Assumed & { readonly policies: readonly NamedPolicy[] } {
  const { factory, region } = target.settings;
  if (resource.startsWith(layerBucketArn(region))) {
    return {
      policies: [allowsEverything('URL signed by ECR')],
      assumptions: ['layers are read by URLs that ECR signs: policies of who pulls have no part in it'],
    };
  }
  const files = [
    ...(arn === factory ? policies.map(({ name }) => name).filter(isFactoryFile) : []),
    ...teams.filter(({ aws }) => aws.principals.includes(arn) && !arn.endsWith(':root')).map(teamFile),
  ];
  if (files.length > 0) {
    return { policies: policies.filter(({ name }) => files.includes(name)), assumptions: [] };
  }
  const name = `policies of ${arn}`;
  return {
    policies: [allowsEverything(name)],
    assumptions: [`${name} are not in the catalog: taken to allow everything`],
  };
}

function resourcePolicies(
  { resource, principal }: AccessRequest,
  { target: { settings }, teams }: PolicyInput,
  policies: readonly WrittenPolicy[],
): Assumed & { readonly policies: readonly NamedPolicy[] } {
  const files = policyFilesOf(resource, settings, teams);
  if (files !== undefined) {
    return { policies: policies.filter(({ name }) => files.includes(name)), assumptions: [] };
  }
  if (resource === '*' || (principal.kind === 'aws' && accountOfArn(resource) === principal.account)) {
    return { policies: [], assumptions: [] };
  }
  const name = `policy of ${resource}`;
  return {
    policies: [allowsEverything(name, '*')],
    assumptions: [`the ${name} is not in the catalog: taken to allow everything`],
  };
}

/** Files with what is said of a resource of ours; absent: it is not ours. */
function policyFilesOf(
  resource: string,
  settings: EcrSettings,
  teams: readonly Team[],
): readonly string[] | undefined {
  const registry = repositoryArn(settings, '');
  if (resource.startsWith(registry)) {
    const repository = resource.slice(registry.length);
    const namespace = ownNamespaces(settings, teams).find((one) => repository.startsWith(`${one}/`));
    return [...(namespace === undefined ? [] : [repositoryFile(namespace)]), REGISTRY_FILE];
  }
  return resource === ownKeyOf(settings) ? [KEY_FILE] : undefined;
}

function endpointPolicy(action: string, policies: readonly WrittenPolicy[]): NamedPolicy {
  const file = /^s3:/i.test(action) ? S3_ENDPOINT_FILE : ECR_ENDPOINT_FILE;
  const found = policies.find(({ name }) => name === file);
  return found ?? { name: file, document: { Version: '2012-10-17', Statement: [] } };
}

function allowsEverything(name: string, Principal?: '*'): NamedPolicy {
  return {
    name,
    document: {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Assumed', Effect: 'Allow', ...(Principal && { Principal }), Action: '*', Resource: '*' },
      ],
    },
  };
}
