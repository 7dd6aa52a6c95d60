export type { AccessDecision, NearMiss, Policies, StatementName } from './iam/evaluate.ts';
export { evaluate } from './iam/evaluate.ts';
export type { NamedPolicy, PolicyDocument, Statement } from './iam/policy.ts';
export type { AccessRequest, Principal } from './iam/request.ts';
