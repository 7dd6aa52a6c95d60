import type { EcrSettings, TeamPrincipals } from '../../model/index.ts';
import { accountOfArn, partitionOf } from '../../model/index.ts';
import type { Condition } from '../iam/policy.ts';

/** Whom a statement names: single roles and users, and whole accounts. */
export interface Named {
  readonly arns: readonly string[];
  readonly accounts: readonly string[];
}

export function namedBy(teams: readonly { readonly aws: TeamPrincipals }[]): Named {
  const principals = teams.flatMap(({ aws }) => aws.principals);
  const accounts = teams.flatMap(({ aws }) => aws.accounts);
  return {
    arns: sorted(principals.filter((arn) => !isRoot(arn))),
    accounts: sorted([...principals.filter(isRoot).map(accountOfArn), ...accounts]),
  };
}

export function isAnybody({ arns, accounts }: Named): boolean {
  return arns.length > 0 || accounts.length > 0;
}

/** The `AWS` of a statement's principal. */
export function principalsOf({ arns, accounts }: Named, { region }: EcrSettings): readonly string[] {
  return [...arns, ...accounts.map((account) => rootOf(account, region))];
}

export function rootOf(account: string, region: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:root`;
}

/** Roles that AWS's services make for themselves in the registry's account; nobody else can assume them. */
export function serviceRolesOf({ account, region }: EcrSettings): string {
  return `arn:${partitionOf(region)}:iam::${account}:role/aws-service-role/*`;
}

/** For denials: what AWS's services do themselves is left to AWS. */
export const NOT_BY_A_SERVICE: Condition = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };

export function inOrganisation({ organisation }: EcrSettings): { readonly Condition?: Condition } {
  return organisation === undefined
    ? {}
    : { Condition: { StringEquals: { 'aws:PrincipalOrgID': organisation } } };
}

function isRoot(arn: string): boolean {
  return arn.endsWith(':root');
}

function sorted(list: readonly string[]): readonly string[] {
  return [...new Set(list)].sort();
}
