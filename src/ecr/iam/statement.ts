import { unmetCondition } from './condition.ts';
import type { OneOrMore, Statement } from './policy.ts';
import { listOf } from './policy.ts';
import type { PrincipalMatch } from './principal.ts';
import { matchPrincipal } from './principal.ts';
import type { AccessRequest } from './request.ts';
import { contextOf } from './request.ts';
import { matchesWildcard } from './wildcard.ts';

/** Whether a statement is about a request, and if not, which element of it is in the way. */
export type StatementMatch =
  | { readonly kind: 'match'; readonly principal: PrincipalMatch }
  | { readonly kind: 'other'; readonly element: string };

export function matchStatement(statement: Statement, request: AccessRequest): StatementMatch {
  if (!isAction(statement, request.action)) {
    return { kind: 'other', element: 'Action' };
  }
  if (!isResource(statement, request.resource)) {
    return { kind: 'other', element: 'Resource' };
  }
  const principal = principalOf(statement, request);
  if (principal === undefined) {
    return { kind: 'other', element: 'Principal' };
  }
  const unmet = unmetCondition(statement.Condition, contextOf(request));
  return unmet === undefined ? { kind: 'match', principal } : { kind: 'other', element: unmet };
}

function isAction({ Action, NotAction }: Statement, action: string): boolean {
  return Action === undefined ? !namesAction(NotAction, action) : namesAction(Action, action);
}

/** Actions are compared without case. */
function namesAction(named: OneOrMore | undefined, action: string): boolean {
  return listOf(named).some((pattern) => matchesWildcard(action.toLowerCase(), pattern.toLowerCase()));
}

/** A policy of a resource that names none is about that one: repository policies do. */
function isResource({ Resource, NotResource }: Statement, resource: string): boolean {
  if (NotResource !== undefined) {
    return !namesResource(NotResource, resource);
  }
  return Resource === undefined || namesResource(Resource, resource);
}

function namesResource(named: OneOrMore, resource: string): boolean {
  return listOf(named).some((pattern) => matchesWildcard(resource, pattern));
}

/** A policy of an identity names nobody: it is about whom it is attached to. */
function principalOf(
  { Principal, NotPrincipal }: Statement,
  { principal }: AccessRequest,
): PrincipalMatch | undefined {
  if (NotPrincipal !== undefined) {
    return matchPrincipal(NotPrincipal, principal) === undefined ? 'itself' : undefined;
  }
  return Principal === undefined ? 'itself' : matchPrincipal(Principal, principal);
}
