/** A policy's elements keep the spelling of AWS's policy language (IAM user guide, "IAM JSON policy reference"). */
export type OneOrMore = string | readonly string[];

type PrincipalKind = 'AWS' | 'Service' | 'Federated';
export type PrincipalElement = '*' | { readonly [Kind in PrincipalKind]?: OneOrMore };

export const COMPARISONS = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
  'Bool',
] as const;
export type Comparison = (typeof COMPARISONS)[number];
type Tested = Comparison | `${Comparison}IfExists`;
export type ConditionOperator = Tested | `ForAnyValue:${Tested}` | `ForAllValues:${Tested}` | 'Null';

/** All of them must hold. */
export type Condition = {
  readonly [Operator in ConditionOperator]?: Readonly<Record<string, OneOrMore>>;
};

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: PrincipalElement;
  readonly NotPrincipal?: PrincipalElement;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: Condition;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** A policy, and what people call it: `repository policy of team-a/*`. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export function listOf(element: OneOrMore | undefined): readonly string[] {
  if (element === undefined) {
    return [];
  }
  return typeof element === 'string' ? [element] : element;
}
