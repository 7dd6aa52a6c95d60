import { expect, test } from 'vitest';
import { catalogForTarget } from '../../../src/cli/catalog-for-target.ts';
import type { Catalog, Target } from '../../../src/model/index.ts';
import { SETTINGS } from '../../support/ecr-catalog.ts';

const CATALOG = {
  scanners: { on: ['debian-archive', 'ecr'] },
  policy: { requiredScanners: ['ecr', 'debian-archive'] },
} as unknown as Catalog;

test.each<{ target: Target; expected: readonly (readonly string[])[] }>([
  {
    target: { name: 'production', kind: 'registry', registry: 'x', prefix: 'golden', ecr: SETTINGS },
    expected: [
      ['debian-archive', 'ecr'],
      ['ecr', 'debian-archive'],
    ],
  },
  {
    target: { name: 'other', kind: 'registry', registry: 'x', prefix: 'golden' },
    expected: [['debian-archive'], ['debian-archive']],
  },
  { target: { name: 'local', kind: 'local' }, expected: [['debian-archive'], ['debian-archive']] },
])(
  'the scanner of ECR is there, and required, where the images are in ECR: $target.name',
  ({ target, expected }) => {
    const { scanners, policy } = catalogForTarget(CATALOG, target);
    expect([scanners.on, policy.requiredScanners]).toEqual(expected);
  },
);
