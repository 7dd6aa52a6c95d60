import { expect, test } from 'vitest';
import { cpeOf } from '../../../../src/stages/sbom/cpe.ts';
import { NODE } from '../../../support/sbom-image.ts';

const cpe = { vendor: 'nodejs', product: 'node.js' };

test.each([
  ['24.21.0', 'cpe:2.3:a:nodejs:node.js:24.21.0:*:*:*:*:*:*:*'],
  ['21.0.5+11', String.raw`cpe:2.3:a:nodejs:node.js:21.0.5\+11:*:*:*:*:*:*:*`],
  ['1:2~rc1', String.raw`cpe:2.3:a:nodejs:node.js:1\:2\~rc1:*:*:*:*:*:*:*`],
])('%s: %s', (version, expected) => {
  expect(cpeOf({ ...NODE, version }, { cpe })).toBe(expected);
});

test('none where the stack says none', () => {
  expect(cpeOf(NODE, { supplier: 'somebody' })).toBeUndefined();
});
