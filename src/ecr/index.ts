export { evaluateLifecycle, isActedOn } from './lifecycle/evaluate.ts';
export type { Fate, Judged } from './lifecycle/evaluate.ts';
export type { EcrImage } from './lifecycle/image.ts';
export { parseLifecyclePolicy } from './lifecycle/parse-policy.ts';
export type { ParsedPolicy } from './lifecycle/parse-policy.ts';
export { lifecyclePolicyText } from './lifecycle/policy.ts';
export type { LifecyclePolicy, LifecycleRule } from './lifecycle/policy.ts';
export { settle } from './lifecycle/settle.ts';
export type { Settled } from './lifecycle/settle.ts';
