import { InternalError } from '../../model/index.ts';
import type { Comparison, Condition, ConditionOperator, OneOrMore } from './policy.ts';
import { COMPARISONS, listOf } from './policy.ts';
import type { RequestContext } from './request.ts';
import { matchesArn, matchesWildcard } from './wildcard.ts';

/** The first operator and key that do not hold, `StringEquals aws:PrincipalOrgID`. */
export function unmetCondition(
  condition: Condition | undefined,
  context: RequestContext,
): string | undefined {
  for (const [operator, keys] of Object.entries(condition ?? {})) {
    const unmet = Object.entries(keys).find(
      ([key, expected]) =>
        !holds(operator as ConditionOperator, context.get(key.toLowerCase()) ?? [], expected),
    );
    if (unmet !== undefined) {
      return `${operator} ${unmet[0]}`;
    }
  }
  return undefined;
}

interface ParsedOperator {
  readonly comparison: Comparison;
  readonly set: 'ForAnyValue' | 'ForAllValues' | undefined;
  readonly ifExists: boolean;
}

function holds(operator: ConditionOperator, values: readonly string[], written: OneOrMore): boolean {
  const expected = listOf(written);
  if (operator === 'Null') {
    return expected.includes(String(values.length === 0));
  }
  const { comparison, set, ifExists } = parseOperator(operator);
  if (ifExists && values.length === 0) {
    return true;
  }
  const matches = values.map((value) => compare(comparison, value, expected));
  const isAny = set === undefined ? !isNegated(comparison) : set === 'ForAnyValue';
  return isAny ? matches.includes(true) : !matches.includes(false);
}

function compare(comparison: Comparison, value: string, expected: readonly string[]): boolean {
  const isEqual = COMPARE[comparison.replace('Not', '') as Positive];
  return expected.some((one) => isEqual(value, one)) !== isNegated(comparison);
}

function isNegated(comparison: Comparison): boolean {
  return comparison.includes('Not');
}

function parseOperator(operator: ConditionOperator): ParsedOperator {
  const found = /^(?:(?<set>ForAnyValue|ForAllValues):)?(?<name>\w+?)(?<ifExists>IfExists)?$/.exec(operator);
  const comparison = COMPARISONS.find((one) => one === found?.groups?.name);
  if (comparison === undefined) {
    throw new InternalError(`unknown condition operator "${operator}"`);
  }
  return {
    comparison,
    set: found?.groups?.set as ParsedOperator['set'],
    ifExists: found?.groups?.ifExists !== undefined,
  };
}

type Positive = Exclude<Comparison, `${string}Not${string}`>;

/** IAM user guide, "Condition operators": the two for ARNs are the same. */
const COMPARE: Readonly<Record<Positive, (value: string, expected: string) => boolean>> = {
  StringEquals: (value, expected) => value === expected,
  StringLike: matchesWildcard,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (value, expected) => value.toLowerCase() === expected.toLowerCase(),
};
