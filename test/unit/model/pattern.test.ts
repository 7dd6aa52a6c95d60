import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern } from '../../../src/model/index.ts';

/** Few letters, so that much matches. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 });

test('a pattern says what a regular expression with .* for each * says', () => {
  fc.assert(
    fc.property(letters, patterns, (text, pattern) => {
      const parts = pattern.split('*').map((part) => RegExp.escape(part));
      expect(matchesPattern(text, pattern)).toBe(new RegExp(`^${parts.join('.*')}$`, 's').test(text));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['24', '24', true],
  ['24', '24.*', false],
  ['aba', 'ab*ba', false],
  ['24.21.0.202611210312', '*.202611*', true],
  ['', '*', true],
])('%j is as %j says: %s', (text, pattern, expected) => {
  expect(matchesPattern(text, pattern)).toBe(expected);
});
