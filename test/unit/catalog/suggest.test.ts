import { expect, test } from 'vitest';
import { didYouMean, oneOf } from '../../../src/catalog/suggest.ts';

const KEYS = ['tag', 'suite', 'platforms', 'dates', 'environment'];

test.each([
  { got: 'suit', expected: ', did you mean "suite"?' },
  { got: 'sutie', expected: ', did you mean "suite"?' },
  { got: 'Platform', expected: ', did you mean "platforms"?' },
  { got: 'enviroment', expected: ', did you mean "environment"?' },
  { got: 'gat', expected: '' },
  { got: 'user', expected: '' },
  { got: '', expected: '' },
])('"$got" → "$expected"', ({ got, expected }) => {
  expect(didYouMean(got, KEYS)).toBe(expected);
});

test('of two that are as near, the first by name', () => {
  expect(didYouMean('nod', ['nods', 'node'])).toBe(', did you mean "node"?');
});

test.each([
  { names: [], expected: 'nothing' },
  { names: ['a'], expected: '"a"' },
  { names: ['a', 'b'], expected: '"a" or "b"' },
  { names: ['a', 'b', 'c'], expected: '"a", "b" or "c"' },
])('$names → $expected', ({ names, expected }) => {
  expect(oneOf(names)).toBe(expected);
});
