/** Who asks. A session of a role asks as the role. */
export type Principal =
  | {
      readonly kind: 'aws';
      /** Of a role, a user, or an account's root. */
      readonly arn: string;
      readonly account: string;
      /** Absent: its account is in none. */
      readonly organisation?: string;
    }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'federated'; readonly provider: string };

/** One call of an API. */
export interface AccessRequest {
  readonly principal: Principal;
  /** `ecr:BatchGetImage` */
  readonly action: string;
  /** An ARN, or `*` where the action has no resource. */
  readonly resource: string;
  /** Account that the resource is in. */
  readonly resourceAccount: string;
  /** Condition keys besides those that say who asks and for what. */
  readonly context?: GivenContext;
}

/** Values of condition keys, as they are written. */
export type GivenContext = Readonly<Record<string, readonly string[]>>;

/** Values of condition keys, by the key in lower case: keys are compared without case. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** IAM user guide, "AWS global condition context keys". */
export function contextOf({ principal, resourceAccount, context = {} }: AccessRequest): RequestContext {
  const known: Record<string, readonly string[]> = {
    ...principalKeys(principal),
    'aws:ResourceAccount': [resourceAccount],
    ...context,
  };
  return new Map(Object.entries(known).map(([key, values]) => [key.toLowerCase(), values]));
}

function principalKeys(principal: Principal): Readonly<Record<string, readonly string[]>> {
  if (principal.kind !== 'aws') {
    return { 'aws:PrincipalIsAWSService': [String(principal.kind === 'service')] };
  }
  return {
    'aws:PrincipalArn': [principal.arn],
    'aws:PrincipalAccount': [principal.account],
    'aws:PrincipalIsAWSService': ['false'],
    ...(principal.organisation !== undefined && { 'aws:PrincipalOrgID': [principal.organisation] }),
  };
}
