import type { NamedPolicy, Statement } from './policy.ts';
import type { AccessRequest } from './request.ts';
import type { StatementMatch } from './statement.ts';
import { matchStatement } from './statement.ts';

/** Every policy that has a say in a request. */
export interface Policies {
  /** Attached to who asks. */
  readonly identity: readonly NamedPolicy[];
  /** Of what is asked for: a repository's and its registry's, a key's, a role's trust. */
  readonly resource: readonly NamedPolicy[];
  /** Of the VPC endpoint that the request comes through; absent: through none. */
  readonly endpoint?: NamedPolicy;
}

type PolicyKind = keyof Policies;

/** The statement of a policy, by its Sid or else its number. */
export interface StatementName {
  readonly policy: string;
  readonly statement: string;
}

/** A statement that allows the action, but not this request: which element stands in the way. */
export interface NearMiss extends StatementName {
  readonly element: string;
}

export type AccessDecision =
  | { readonly kind: 'allowed'; readonly by: readonly StatementName[] }
  | { readonly kind: 'denied'; readonly by: StatementName }
  | {
      readonly kind: 'not-allowed';
      /** Kinds of policies of which one would have to allow it. */
      readonly missing: readonly PolicyKind[];
      readonly near: readonly NearMiss[];
    };

/**
 * IAM user guide, "Policy evaluation logic": an explicit deny wins; an endpoint's policy must allow; within an account
 * the identity's policies or the resource's must, between accounts both. Boundaries, control policies of an
 * organisation and session policies, which can only take away, are not looked at.
 */
export function evaluate(request: AccessRequest, policies: Policies): AccessDecision {
  const denial = namedStatements(policies).find(
    ({ effect, match }) => effect === 'Deny' && match(request).kind === 'match',
  );
  if (denial !== undefined) {
    return { kind: 'denied', by: denial.name };
  }
  const grants = grantsOf(request, policies);
  const deciding = decidingGrants(request, grants);
  const endpoint = policies.endpoint === undefined ? [] : [grants.endpoint];
  const by = [...endpoint, ...deciding.map(([, grant]) => grant)];
  if (by.every((grant) => grant !== undefined)) {
    return { kind: 'allowed', by };
  }
  const missing = [
    ...(policies.endpoint !== undefined && grants.endpoint === undefined ? (['endpoint'] as const) : []),
    ...deciding.flatMap(([kind, grant]) => (grant === undefined ? [kind] : [])),
  ];
  return { kind: 'not-allowed', missing, near: nearMisses(request, policies, missing) };
}

interface Grants {
  readonly identity: StatementName | undefined;
  readonly endpoint: StatementName | undefined;
  /** By a statement that names who asks, or everybody. */
  readonly itself: StatementName | undefined;
  /** By one that names the account of who asks. */
  readonly account: StatementName | undefined;
}

function grantsOf(request: AccessRequest, policies: Policies): Grants {
  const allowing = namedStatements(policies).flatMap(({ kind, effect, name, match }) => {
    const found = match(request);
    return effect === 'Allow' && found.kind === 'match' ? [{ kind, name, principal: found.principal }] : [];
  });
  const ofResource = allowing.filter(({ kind }) => kind === 'resource');
  return {
    identity: allowing.find(({ kind }) => kind === 'identity')?.name,
    endpoint: allowing.find(({ kind }) => kind === 'endpoint')?.name,
    itself: ofResource.find(({ principal }) => principal === 'itself')?.name,
    account: ofResource.find(({ principal }) => principal === 'account')?.name,
  };
}

type Deciding = readonly [PolicyKind, StatementName | undefined];

/** Whose grants it takes, with the grant where there is one. */
function decidingGrants(request: AccessRequest, grants: Grants): readonly Deciding[] {
  const { principal, resourceAccount } = request;
  const resource = grants.itself ?? grants.account;
  if (principal.kind !== 'aws') {
    return [['resource', resource]];
  }
  if (principal.account !== resourceAccount) {
    return [
      ['identity', grants.identity],
      ['resource', resource],
    ];
  }
  if (grants.itself !== undefined) {
    return [['resource', grants.itself]];
  }
  const identity: Deciding = ['identity', grants.identity];
  return resourceMustTakePart(request) ? [identity, ['resource', grants.account]] : [identity];
}

/** Without its key's policy no policy in the account allows the use of a key, and without its trust none a role. */
function resourceMustTakePart({ action }: AccessRequest): boolean {
  return /^(?:kms|sts):/i.test(action);
}

interface NamedStatement {
  readonly kind: PolicyKind;
  readonly name: StatementName;
  readonly effect: Statement['Effect'];
  readonly match: (request: AccessRequest) => StatementMatch;
}

function namedStatements({ identity, resource, endpoint }: Policies): readonly NamedStatement[] {
  return [
    ...(endpoint === undefined ? [] : statementsOf('endpoint', endpoint)),
    ...resource.flatMap((policy) => statementsOf('resource', policy)),
    ...identity.flatMap((policy) => statementsOf('identity', policy)),
  ];
}

function statementsOf(kind: PolicyKind, { name, document }: NamedPolicy): readonly NamedStatement[] {
  return document.Statement.map((statement, index) => ({
    kind,
    name: { policy: name, statement: statement.Sid ?? `${index + 1}` },
    effect: statement.Effect,
    match: (request) => matchStatement(statement, request),
  }));
}

function nearMisses(
  request: AccessRequest,
  policies: Policies,
  missing: readonly PolicyKind[],
): readonly NearMiss[] {
  return namedStatements(policies)
    .filter(({ kind, effect }) => effect === 'Allow' && missing.includes(kind))
    .flatMap(({ name, match }) => {
      const found = match(request);
      return found.kind === 'other' && found.element !== 'Action'
        ? [{ ...name, element: found.element }]
        : [];
    });
}
