import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLicenceSynopsis, type LicenceTree } from '../../../src/debian/index.ts';

/** With a parenthesis around every choice and every sum. */
function shown(tree: LicenceTree): string {
  return tree.kind === 'licence'
    ? [tree.name, ...(tree.exception === undefined ? [] : ['with', tree.exception])].join(' ')
    : `(${tree.parts.map(shown).join(` ${tree.kind} `)})`;
}

describe('parseLicenceSynopsis', () => {
  test.each([
    ['GPL-2+', 'GPL-2+'],
    ['A or B and C', '(A or (B and C))'],
    ['A or B, and C', '((A or B) and C)'],
    ['A and B, or C', '((A and B) or C)'],
    ['A or B, and C or D, and E', '((A or B) and (C or D) and E)'],
    ['a OR b  And c', '(a or (b and c))'],
    ['(A OR B) AND C', '((A or B) and C)'],
    ['GPL-2+ with OpenSSL exception', 'GPL-2+ with OpenSSL'],
    ['GPL-2+ with Autoconf generic Exception or ISC', '(GPL-2+ with Autoconf generic or ISC)'],
  ])('%s', (synopsis, expected) => {
    const tree = parseLicenceSynopsis(synopsis);
    expect(tree === undefined ? undefined : shown(tree)).toBe(expected);
  });

  test.each([
    '',
    'A B',
    'A or',
    'and A',
    'A,',
    'A, B',
    'A, and B, or C',
    '(A',
    'A)',
    'A with',
    'A with exception',
    'A with some words',
    'GPL-2+ with distribution exception, Expat and GPL-2+',
  ])('"%s" does not follow the syntax', (synopsis) => {
    expect(parseLicenceSynopsis(synopsis)).toBeUndefined();
  });

  const name = fc.constantFrom('A', 'GPL-2+', 'Expat', 'BSD-3-clause');
  const trees = fc.letrec<{ tree: LicenceTree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.record({ kind: fc.constant('licence' as const), name }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  })).tree;

  test('what it read is what was written', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        expect(parseLicenceSynopsis(shown(tree))).toEqual(tree);
      }),
    );
  });
});
