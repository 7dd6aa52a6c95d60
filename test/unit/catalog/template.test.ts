import { expect, test } from 'vitest';
import { filled, templateMistakes } from '../../../src/catalog/template.ts';

test('fills strings and keys at any depth, and leaves everything else', () => {
  const value = { packages: ['python{{tag}}', 'tzdata'], links: { '/usr/bin/p{{ tag }}': 'x' }, port: 8080 };
  expect(filled(value, { tag: '3.13' })).toEqual({
    packages: ['python3.13', 'tzdata'],
    links: { '/usr/bin/p3.13': 'x' },
    port: 8080,
  });
});

test('a value is text, never markup', () => {
  expect(filled('{{tag}}', { tag: '<&>' })).toBe('<&>');
});

test.each([
  { text: 'plain', messages: [] },
  { text: '{{tag}} and {{ tag }}', messages: [] },
  { text: '{{tga}}', messages: ['unknown variable "tga", did you mean "tag"?'] },
  { text: '{{version}}', messages: ['unknown variable "version", expected {{tag}}'] },
  { text: '{{constructor}}', messages: ['unknown variable "constructor", expected {{tag}}'] },
  { text: '{{tag.major}}', messages: ['unknown variable "tag.major", expected {{tag}}'] },
  { text: '{{upper tag}}', messages: ['expected {{tag}} or plain text, got "{{upper tag}}"'] },
  { text: '{{#if tag}}x{{/if}}', messages: ['expected {{tag}} or plain text, got "{{#if tag}}x{{/if}}"'] },
  { text: '{{> step}}', messages: ['expected {{tag}} or plain text, got "{{> step}}"'] },
  { text: '{{tag', messages: ['expected {{tag}} or plain text, got "{{tag"'] },
])('$text', ({ text, messages }) => {
  expect(templateMistakes({ a: [text] })).toEqual(messages.map((message) => ({ path: ['a', 0], message })));
});

test('an environment may name the version, which only the lock knows', () => {
  const environment = { HOME_OF: '/opt/{{tag}}', VERSION: '{{version}}' };
  expect(templateMistakes({ environment })).toEqual([]);
  expect(filled(environment, { tag: '21' })).toEqual({ HOME_OF: '/opt/21', VERSION: '{{version}}' });
});

test('no other field may', () => {
  const path = ['environment', 'files', 'VERSION'];
  const mistakes = templateMistakes({ environment: { files: { VERSION: '{{version}}' } } });
  expect(mistakes).toEqual([{ path, message: 'unknown variable "version", expected {{tag}}' }]);
});
