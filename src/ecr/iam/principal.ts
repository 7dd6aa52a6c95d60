import type { PrincipalElement } from './policy.ts';
import { listOf } from './policy.ts';
import type { Principal } from './request.ts';

/**
 * How a statement names somebody. Naming the account leaves it to that account's own policies
 * (IAM user guide, "AWS JSON policy elements: Principal").
 */
export type PrincipalMatch = 'itself' | 'account';

export function matchPrincipal(element: PrincipalElement, principal: Principal): PrincipalMatch | undefined {
  if (element === '*') {
    return 'itself';
  }
  switch (principal.kind) {
    case 'service':
      return listOf(element.Service).includes(principal.service) ? 'itself' : undefined;
    case 'federated':
      return listOf(element.Federated).includes(principal.provider) ? 'itself' : undefined;
    case 'aws':
      return matchAws(listOf(element.AWS), principal);
  }
}

function matchAws(
  named: readonly string[],
  { arn, account }: Extract<Principal, { kind: 'aws' }>,
): PrincipalMatch | undefined {
  if (named.includes('*') || named.includes(arn)) {
    return 'itself';
  }
  const root = new RegExp(`^(?:arn:[^:]+:iam::)?${account}(?::root)?$`);
  return named.some((one) => root.test(one)) ? 'account' : undefined;
}
