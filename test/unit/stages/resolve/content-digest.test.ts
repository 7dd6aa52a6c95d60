import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256Of } from '../../../../src/oci/index.ts';
import { digestOf, digestOfIntegrity } from '../../../../src/stages/resolve/content-digest.ts';
import { integrityOf } from '../../../support/npm-registry.ts';

const bytes = Buffer.from('hello');
const hexOf = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex');

test('names content as Debian and npm do', () => {
  expect(digestOf(sha256Of(bytes))).toEqual({ algorithm: 'sha256', hex: hexOf('sha256') });
  expect(digestOfIntegrity(integrityOf(bytes))).toEqual({ algorithm: 'sha512', hex: hexOf('sha512') });
  const sha256 = `sha256-${Buffer.from(hexOf('sha256'), 'hex').toString('base64')}`;
  expect(digestOfIntegrity(sha256)).toEqual({ algorithm: 'sha256', hex: hexOf('sha256') });
});

test.each([
  '',
  'sha512-',
  'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
  `${integrityOf(bytes)} ${integrityOf(Buffer.from('other'))}`,
  integrityOf(bytes).replace('==', '='),
])('refuses %j', (integrity) => {
  expect(() => digestOfIntegrity(integrity)).toThrow(expect.objectContaining({ code: 'DIGEST_MISMATCH' }));
});
