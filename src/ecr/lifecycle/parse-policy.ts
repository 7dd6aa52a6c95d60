import type { z } from 'zod';
import { POLICY_LENGTH, type LifecyclePolicy } from './policy.ts';
import { LifecyclePolicySchema } from './policy-schema.ts';
import { ruleProblems } from './rule-problems.ts';

export type ParsedPolicy =
  | { readonly kind: 'policy'; readonly policy: LifecyclePolicy }
  | { readonly kind: 'refused'; readonly problems: readonly [string, ...string[]] };

/** A lifecycle policy as ECR reads it: what it would refuse is said, all of it, and as it says it where that is known. */
export function parseLifecyclePolicy(text: string): ParsedPolicy {
  const written = parseJson(text);
  if (!(written instanceof Object) || Array.isArray(written)) {
    return refused(['Could not map policyString into LifecyclePolicy.'], []);
  }
  const parsed = LifecyclePolicySchema.safeParse(written);
  if (!parsed.success) {
    return refused(parsed.error.issues.map(shapeProblem), lengthProblems(text));
  }
  const policy: LifecyclePolicy = parsed.data;
  const problems = [...lengthProblems(text), ...ruleProblems(policy)];
  return problems.length === 0 ? { kind: 'policy', policy } : refused(problems, []);
}

function refused(problems: readonly string[], further: readonly string[]): ParsedPolicy {
  const [first = '', ...others] = [...problems, ...further];
  return { kind: 'refused', problems: [first, ...others] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lengthProblems({ length }: string): readonly string[] {
  if (length < POLICY_LENGTH.min) {
    return [`Member must have length greater than or equal to ${POLICY_LENGTH.min}, got ${length}`];
  }
  return length > POLICY_LENGTH.max
    ? [`Member must have length less than or equal to ${POLICY_LENGTH.max}, got ${length}`]
    : [];
}

function shapeProblem(issue: z.core.$ZodIssue): string {
  return `${issue.path.map(String).join('.')}: ${SENTENCES[issue.code]?.(issue as never) ?? issue.message}`;
}

type Sentences = {
  readonly [Code in z.core.$ZodIssue['code']]?: (
    issue: Extract<z.core.$ZodIssue, { readonly code: Code }>,
  ) => string;
};

/** ECR checks the shape with a JSON schema of draft 4; these are the sentences of its validator. */
const SENTENCES: Sentences = {
  unrecognized_keys: ({ keys }) =>
    `object instance has properties which are not allowed by the schema: (${JSON.stringify(keys)})`,
  invalid_value: ({ values }) =>
    `instance value not found in enum (possible values: ${JSON.stringify(values)})`,
  too_small: ({ minimum }) =>
    `numeric instance is lower than the required minimum (minimum: ${String(minimum)})`,
  invalid_type: ({ expected }) =>
    `instance type does not match any allowed primitive type (allowed: ["${expected}"])`,
  invalid_union: () => 'instance failed to match exactly one schema (matched 0 out of 2)',
};
