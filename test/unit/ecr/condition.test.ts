import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unmetCondition } from '../../../src/ecr/iam/condition.ts';
import type { ConditionOperator } from '../../../src/ecr/iam/policy.ts';
import { matchesArn, matchesWildcard } from '../../../src/ecr/iam/wildcard.ts';

type Case = readonly [ConditionOperator, readonly string[] | undefined, string | readonly string[], boolean];

/** IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys". */
const CASES: readonly Case[] = [
  ['StringEquals', ['a'], 'a', true],
  ['StringEquals', ['a'], ['b', 'a'], true],
  ['StringEquals', ['A'], 'a', false],
  ['StringEquals', ['ab'], 'a*', false],
  ['StringEquals', undefined, 'a', false],
  ['StringEqualsIfExists', undefined, 'a', true],
  ['StringEqualsIfExists', ['b'], 'a', false],
  ['StringNotEquals', ['a'], ['b', 'a'], false],
  ['StringNotEquals', ['c'], ['b', 'a'], true],
  ['StringNotEquals', undefined, 'a', true],
  ['StringLike', ['abc'], 'a?c', true],
  ['StringLike', ['abc'], 'a', false],
  ['StringNotLike', ['abc'], 'a*', false],
  ['ArnLike', ['arn:aws:iam::1:role/a/b'], 'arn:aws:iam::1:role/*', true],
  ['ArnLike', ['arn:aws:iam::1:role/a'], 'arn:aws:iam:*', false],
  ['ArnEquals', ['arn:aws:iam::1:role/a'], 'arn:aws:iam::*:role/a', true],
  ['ArnNotLike', ['arn:aws:iam::1:role/a'], 'arn:aws:iam::1:role/*', false],
  ['ArnNotEquals', undefined, 'arn:aws:iam::1:role/a', true],
  ['Bool', ['true'], 'True', true],
  ['Bool', ['false'], 'true', false],
  ['Bool', undefined, 'false', false],
  ['BoolIfExists', undefined, 'false', true],
  ['Null', undefined, 'true', true],
  ['Null', ['a'], 'true', false],
  ['Null', ['a'], 'false', true],
  ['ForAnyValue:StringEquals', ['a', 'b'], 'b', true],
  ['ForAnyValue:StringEquals', undefined, 'b', false],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], 'b', true],
  ['ForAllValues:StringEquals', ['a', 'b'], 'b', false],
  ['ForAllValues:StringEquals', undefined, 'b', true],
  ['ForAllValues:StringLikeIfExists', ['aa', 'ab'], 'a*', true],
];

test.for(CASES)('%s of %j and %j: %s', ([operator, values, expected, holds]) => {
  const context = new Map(values === undefined ? [] : [['aws:key', values]]);
  expect(unmetCondition({ [operator]: { 'AWS:Key': expected } }, context)).toBe(
    holds ? undefined : `${operator} AWS:Key`,
  );
});

test('all operators and keys must hold', () => {
  const context = new Map([
    ['a', ['1']],
    ['b', ['2']],
  ]);
  expect(unmetCondition({ StringEquals: { a: '1', b: '3' }, StringLike: { a: '*' } }, context)).toBe(
    'StringEquals b',
  );
  expect(unmetCondition({ StringEquals: { a: '1', b: '2' }, StringLike: { a: '*' } }, context)).toBe(
    undefined,
  );
});

const texts = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '.', '*', '?'), maxLength: 12 });

test('a wildcard matches exactly what can be put in its place', () => {
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 4 }), texts, (parts, filling) => {
      const pattern = parts.map((part) => part.replaceAll('?', '').replaceAll('*', '')).join('*');
      expect(matchesWildcard(pattern.replaceAll('*', filling), pattern)).toBe(true);
      expect(matchesWildcard(`${pattern}c`.replaceAll('*', filling), pattern)).toBe(pattern.endsWith('*'));
    }),
  );
});

test('an ARN pattern never reaches over a part', () => {
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      expect(matchesArn(`arn:aws:iam:${a}:1:${b}`, 'arn:aws:iam:*:1:*')).toBe(!a.includes(':'));
    }),
  );
});
