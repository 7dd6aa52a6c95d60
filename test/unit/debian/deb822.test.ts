import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDeb822 } from '../../../src/debian/index.ts';

describe('parseDeb822', () => {
  test.each<{ summary: string; input: string; expected: Record<string, string>[] }>([
    { summary: 'no stanza', input: '', expected: [] },
    { summary: 'only blank lines', input: '\n \n\t\n', expected: [] },
    {
      summary: 'stanzas apart by any number of blank lines',
      input: '\nA: 1\n\n\nA: 2\nB: 3',
      expected: [{ a: '1' }, { a: '2', b: '3' }],
    },
    {
      summary: 'field names in any case',
      input: 'PACKAGE: x\nsha256: y\n',
      expected: [{ package: 'x', sha256: 'y' }],
    },
    {
      summary: 'continuation lines keep what is after their mark',
      input: 'A: 1\n two\n   three\n .\n\tfour\n',
      expected: [{ a: '1\ntwo\n  three\n.\nfour' }],
    },
    {
      summary: 'an empty first line',
      input: 'SHA256:\n abc 1 f\n def 2 g\n',
      expected: [{ sha256: '\nabc 1 f\ndef 2 g' }],
    },
    { summary: 'comments', input: '# c\nA: 1\n# d\n 2\n#e\nB: #3\n', expected: [{ a: '1\n2', b: '#3' }] },
    { summary: 'colons in the value', input: 'A: http://x:1\n', expected: [{ a: 'http://x:1' }] },
    { summary: 'CRLF', input: 'A: 1\r\nB: 2\r\n\r\nA: 3\r\n', expected: [{ a: '1', b: '2' }, { a: '3' }] },
  ])('$summary', ({ input, expected }) => {
    expect(parseDeb822(input).map((stanza) => Object.fromEntries(stanza))).toEqual(expected);
  });

  test.each<{ summary: string; input: string; message: string }>([
    {
      summary: 'a line that is no field',
      input: 'A: 1\nnonsense\n',
      message: 'cannot read x.sources: line 2: expected "Field: value", got "nonsense"',
    },
    {
      summary: 'a continuation of nothing',
      input: '\n A: 1\n',
      message: 'cannot read x.sources: line 2: expected "Field: value", got "A: 1"',
    },
    {
      summary: 'a field twice',
      input: 'A: 1\na: 2\n',
      message: 'cannot read x.sources: line 2: expected one "a" in a stanza, got two',
    },
    {
      summary: 'a field name with a space',
      input: 'A B: 1\n',
      message: 'cannot read x.sources: line 1: expected "Field: value", got "A B: 1"',
    },
  ])('refuses $summary', ({ input, message }) => {
    expect(() => parseDeb822(input, 'x.sources')).toThrow(
      expect.objectContaining({ code: 'INDEX_INVALID', message }),
    );
  });

  test('reads back what was written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const line = fc.stringMatching(/^[!-~]([ -~]{0,8}[!-~])?$/);
    const stanza = fc.dictionary(
      name,
      fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
      { minKeys: 1, maxKeys: 5 },
    );
    fc.assert(
      fc.property(fc.array(stanza, { maxLength: 4 }), (stanzas) => {
        const written = stanzas.map((fields) =>
          Object.entries(fields)
            .map(([field, value]) => `${field}: ${value.replaceAll('\n', '\n ')}\n`)
            .join(''),
        );
        const read = parseDeb822(written.join('\n')).map((fields) => Object.fromEntries(fields));
        expect(read).toEqual(stanzas.map((fields) => ({ ...fields })));
      }),
    );
  });
});
