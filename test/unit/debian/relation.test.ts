import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRelation, relationText, type Alternatives } from '../../../src/debian/index.ts';

describe('parseRelation', () => {
  test.each<{ input: string; expected: readonly Alternatives[] }>([
    { input: '', expected: [] },
    { input: ' a , b,', expected: [[{ name: 'a' }], [{ name: 'b' }]] },
    { input: 'a | b|c', expected: [[{ name: 'a' }, { name: 'b' }, { name: 'c' }]] },
    {
      input: 'libc6 (>= 2.41), g++(<<4:14)',
      expected: [
        [{ name: 'libc6', constraint: { operator: '>=', version: '2.41' } }],
        [{ name: 'g++', constraint: { operator: '<<', version: '4:14' } }],
      ],
    },
    {
      input: 'python3:any (>= 3.13~), perl:native, gcc:amd64',
      expected: [
        [{ name: 'python3', qualifier: 'any', constraint: { operator: '>=', version: '3.13~' } }],
        [{ name: 'perl', qualifier: 'native' }],
        [{ name: 'gcc', qualifier: 'amd64' }],
      ],
    },
    {
      input: 'a (< 1), b (> 1), c (= 1)',
      expected: [
        [{ name: 'a', constraint: { operator: '<=', version: '1' } }],
        [{ name: 'b', constraint: { operator: '>=', version: '1' } }],
        [{ name: 'c', constraint: { operator: '=', version: '1' } }],
      ],
    },
    { input: 'a,\n b', expected: [[{ name: 'a' }], [{ name: 'b' }]] },
  ])('"$input"', ({ input, expected }) => {
    expect(parseRelation(input)).toEqual(expected);
  });

  test.each(['a b', 'a (1.0)', 'a (>= )', 'a (=> 1)', '| a', 'a |', 'a [amd64]', 'a <!nocheck>', '-a'])(
    'refuses "%s"',
    (input) => {
      expect(() => parseRelation(input)).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
    },
  );

  test('reads back what relationText wrote', () => {
    const alternative = fc.record(
      {
        name: fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{1,8}$/),
        qualifier: fc.constantFrom('any', 'native', 'arm64'),
        constraint: fc.record({
          operator: fc.constantFrom('<<', '<=', '=', '>=', '>>'),
          version: fc.stringMatching(/^[0-9][a-z0-9.+~:-]{0,8}$/),
        }),
      },
      { requiredKeys: ['name'], noNullPrototype: true },
    );
    const relation = fc.array(fc.array(alternative, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(relation, (written) => {
        const alternatives = written as Alternatives[];
        expect(parseRelation(alternatives.map(relationText).join(', '))).toEqual(alternatives);
      }),
    );
  });
});
