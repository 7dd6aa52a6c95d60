import { expect, test } from 'vitest';
import { FactoryError, InternalError } from '../../../src/model/index.ts';
import { failureText } from '../../../src/report/error-text.ts';

test('a failure the operator can act on has its hint and no stack', () => {
  const error = new FactoryError('CATALOG_INVALID', 'cannot use the catalog: 2 mistakes in it\na: x\nb: y', {
    hint: 'docs/catalog.md explains every field',
    cause: new Error('inner'),
  });
  expect(failureText(error)).toBe(
    [
      'ingot: cannot use the catalog: 2 mistakes in it',
      '    a: x',
      '    b: y',
      '  hint: docs/catalog.md explains every field',
    ].join('\n'),
  );
});

test.each([
  {
    summary: 'a bug',
    error: new TypeError('x is not a function'),
    first: 'ingot: internal error: TypeError: x is not',
  },
  {
    summary: 'a bug we saw',
    error: new InternalError('no version'),
    first: 'ingot: internal error: no version',
  },
])('$summary has its stack and where to tell it', ({ error, first }) => {
  const text = failureText(error);
  expect(text.startsWith(first)).toBe(true);
  expect(text).toContain('error-text.test.ts');
  expect(text).toContain('this is a bug in ingot');
});

test('causes are told too', () => {
  const error = new InternalError('outer', { cause: new Error('inner') });
  expect(failureText(error)).toMatch(/internal error: outer[\s\S]*caused by Error: inner/);
});

test('something thrown that is no error', () => {
  expect(failureText('boom').split('\n')[0]).toBe('ingot: internal error: boom');
});
