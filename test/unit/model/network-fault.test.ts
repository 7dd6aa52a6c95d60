import { expect, test } from 'vitest';
import { redactUrl } from '../../../src/model/index.ts';

test.each([
  {
    url: 'https://user:secret@mirror.example:8080/debian?key=1#x',
    expected: 'https://mirror.example:8080/debian',
  },
  { url: 'not a URL with secret', expected: 'an invalid URL' },
])('redacts $url', ({ url, expected }) => {
  expect(redactUrl(url)).toBe(expected);
});
