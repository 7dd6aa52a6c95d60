export { checkDockerfile, describeRules } from './check.ts';
export type { RuleDescription } from './check.ts';
export { hadolintArgs, parseHadolintOutput } from './hadolint.ts';
export { toCheckPolicy } from './policy.ts';
export type { CheckPolicy } from './policy.ts';
export { countFindings, mergeFindings } from './result.ts';
export type { CheckResult, HadolintRun } from './result.ts';
export { checkSarif } from './sarif.ts';
export { checkJson, checkText } from './text.ts';
