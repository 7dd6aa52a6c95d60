import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checksumIn } from '../../../../src/sources/checksums.ts';
import { valuesAt } from '../../../../src/sources/https/json-pointer.ts';
import { expand } from '../../../../src/sources/https/url-template.ts';

describe('expand', () => {
  test.each([
    { template: 'https://a/{version}', expected: 'https://a/21.0.5%2B11' },
    { template: 'https://a/v{version}/{arch}?x={arch}', expected: 'https://a/v21.0.5%2B11/x64?x=x64' },
    { template: 'https://a/plain', expected: 'https://a/plain' },
  ])('$template', ({ template, expected }) => {
    expect(expand(template, { version: '21.0.5+11', arch: 'x64' })).toBe(expected);
  });

  test('whatever a value holds, the path stays one', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed()),
        (value) => {
          const url = new URL(expand('https://a.example/x{value}/end', { value }));
          expect(url.pathname.split('/')).toHaveLength(3);
          expect(decodeURIComponent(url.pathname)).toBe(`/x${value}/end`);
          expect(url.search + url.hash).toBe('');
        },
      ),
    );
  });
});

describe('valuesAt', () => {
  const document = { a: [{ 'b/c': 1 }, { 'b/c': 2, '~': 3 }], '': { x: null } };

  test.each([
    { pointer: '', expected: [document] },
    { pointer: '/a/0/b~1c', expected: [1] },
    { pointer: '/a/*/b~1c', expected: [1, 2] },
    { pointer: '/a/1/~0', expected: [3] },
    { pointer: '//x', expected: [null] },
    { pointer: '/a/7/x', expected: [] },
    { pointer: '/constructor', expected: [] },
  ])('"$pointer"', ({ pointer, expected }) => {
    expect(valuesAt(document, pointer)).toEqual(expected);
  });
});

describe('checksumIn', () => {
  const [a, b] = ['a'.repeat(64), 'B'.repeat(128)];

  test.each([
    { text: `${a}  x.tgz\n`, file: 'x.tgz', expected: a },
    { text: `${b} *x.tgz\r\n`, file: 'x.tgz', expected: b.toLowerCase() },
    { text: `${a}  ./x.tgz`, file: 'x.tgz', expected: a },
    { text: `${a}  y/x.tgz\n`, file: 'x.tgz', expected: undefined },
    { text: `${a.slice(1)}  x.tgz\n`, file: 'x.tgz', expected: undefined },
  ])('$file in "$text"', ({ text, file, expected }) => {
    expect(checksumIn(text, file)).toBe(expected);
  });
});
