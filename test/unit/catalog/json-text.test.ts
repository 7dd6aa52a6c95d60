import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFaults } from '../../../src/catalog/json-text.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function hasSyntaxFault(text: string): boolean {
  return jsonFaults(text).some((fault) => fault.path.length === 0);
}

describe('finds a syntax fault exactly where JSON.parse does', () => {
  test('in any JSON text', () => {
    fc.assert(fc.property(fc.json(), (text) => !hasSyntaxFault(text)));
  });

  test('in JSON texts with one character changed', () => {
    const spoilt = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', ':', '"', '{', '}', '[', ']', '\\', '0', 'e', ' ', '\n'),
      )
      .map(([text, at, character]) => {
        const index = at % (text.length + 1);
        return text.slice(0, index) + character + text.slice(index + 1);
      });
    fc.assert(
      fc.property(spoilt, (text) => hasSyntaxFault(text) === !isJson(text)),
      { numRuns: 2000 },
    );
  });
});

test.each([
  { text: '{"a": 1,}', message: 'line 1, column 9: expected a key in double quotes, got "}"' },
  { text: '{"a": 1\n "b": 2}', message: 'line 2, column 2: expected "}", got "\\"b\\""' },
  { text: '[1, 2', message: 'line 1, column 6: expected "]", got the end of the file' },
  { text: '{"a": tru}', message: 'line 1, column 7: expected a value, got "t"' },
  { text: '{} {}', message: 'line 1, column 4: expected the end of the file, got "{"' },
  { text: "{'a': 1}", message: 'line 1, column 2: expected a key in double quotes, got "\'"' },
  { text: '// comment\n{}', message: 'line 1, column 1: expected a value, got "/"' },
])('$text', ({ text, message }) => {
  expect(jsonFaults(text)).toEqual([{ path: [], message }]);
});

test('keys that stand twice are told with their path, in every object', () => {
  const text = '{"a": [{"b": 1, "b": 2}], "c": 1, "\\u0063": 2}';
  expect(jsonFaults(text).map((fault) => fault.path)).toEqual([['a', 0, 'b'], ['c']]);
});
