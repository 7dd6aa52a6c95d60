import { expect, test } from 'vitest';
import { canonicalJson } from '../../../../../src/stages/sign/in-toto/canonical-json.ts';
import type { Json } from '../../../../../src/stages/sign/in-toto/canonical-json.ts';

test.each<{ readonly summary: string; readonly value: Json; readonly expected: string }>([
  { summary: 'nothing', value: null, expected: 'null' },
  { summary: 'truth', value: [true, false], expected: '[true,false]' },
  { summary: 'whole numbers', value: [0, -7, 20], expected: '[0,-7,20]' },
  { summary: 'quote and backslash', value: 'a"b\\c', expected: '"a\\"b\\\\c"' },
  { summary: 'a newline, which stands as it is', value: 'a\nb\tc', expected: '"a\nb\tc"' },
  { summary: 'letters of any script', value: 'naïve 図', expected: '"naïve 図"' },
  { summary: 'keys in order', value: { b: 1, a: { d: [], c: {} } }, expected: '{"a":{"c":{},"d":[]},"b":1}' },
  // UTF-16 would put the second first
  { summary: 'keys by code point', value: { '😀': 1, '\uFF5E': 2 }, expected: '{"\uFF5E":2,"😀":1}' },
])('$summary', ({ value, expected }) => {
  expect(canonicalJson(value)).toBe(expected);
});

test.each([0.5, Number.NaN, 2 ** 60])('%d is no number of canonical JSON', (value) => {
  expect(() => canonicalJson(value)).toThrow('internal error: canonical JSON has whole numbers alone');
});
