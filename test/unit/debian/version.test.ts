import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, satisfies, type VersionOperator } from '../../../src/debian/index.ts';

/** What `dpkg --compare-versions` (1.21.22) answers. */
const DPKG: readonly (readonly [a: string, order: 'lt' | 'eq' | 'gt', b: string])[] = [
  ['1.0', 'eq', '1.0'],
  ['1.0', 'lt', '1.1'],
  ['1.2', 'lt', '1.10'],
  ['1.0-1', 'lt', '1.0-2'],
  ['1.0-10', 'gt', '1.0-9'],
  ['1.0', 'eq', '1.0-0'],
  ['1.0', 'lt', '1.0-1'],
  ['0:1.0', 'eq', '1.0'],
  ['1:0.1', 'gt', '9.9'],
  ['2:1', 'lt', '10:1'],
  ['1.0~rc1', 'lt', '1.0'],
  ['1.0~rc1', 'lt', '1.0~rc2'],
  ['1.0~~', 'lt', '1.0~'],
  ['1.0~~a', 'lt', '1.0~'],
  ['1.0~', 'lt', '1.0'],
  ['1.0-~1', 'lt', '1.0'],
  ['1.0a', 'gt', '1.0'],
  ['1.0a', 'lt', '1.0+'],
  ['1.0a', 'lt', '1.0.'],
  ['1.0A', 'lt', '1.0a'],
  ['1.0+dfsg', 'lt', '1.0.1'],
  ['1.0-1', 'lt', '1.0-1+b1'],
  ['1.0-1+deb13u1', 'lt', '1.0-1+deb13u10'],
  ['1.0-1~deb13u1', 'lt', '1.0-1'],
  ['1.0-1~bpo12+1', 'lt', '1.0-1~deb12u1'],
  ['2.41-12', 'lt', '2.41-12+deb13u5'],
  ['1.3.dfsg+really1.3.1-1', 'gt', '1.3.dfsg-4'],
  ['1.0.0', 'gt', '1.0'],
  ['1.00', 'eq', '1.0'],
  ['001', 'eq', '1'],
  ['20241231235959123456', 'lt', '20241231235959123457'],
  ['1.20240101', 'gt', '1.9'],
  ['1.0-1-1', 'gt', '1.0-1'],
  ['1.0-a-1', 'gt', '1.0-1'],
  ['3.0pl1', 'gt', '3.0'],
  ['1.a', 'gt', '1.1'],
  ['1:1.3.dfsg+really1.3.1-1+b1', 'lt', '1:1.3.dfsg+really1.3.1-1+deb13u1'],
  ['3.5.9-1~deb13u1', 'lt', '3.5.9-1'],
  ['2026f-0+deb13u1', 'gt', '2026e-0+deb13u2'],
];

const version = fc.oneof(
  fc.string({ unit: fc.constantFrom('0', '0', '1', '9', 'a', 'Z', '.', '+', '~', '-', ':'), maxLength: 12 }),
  fc.string({ maxLength: 12 }),
);

describe('compareVersions', () => {
  test.each(DPKG)('%s %s %s', (a, order, b) => {
    const expected = { lt: -1, eq: 0, gt: 1 }[order];
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
    expect(Math.sign(compareVersions(b, a))).toBe(0 - expected);
  });

  test('a version equals itself', () => {
    fc.assert(fc.property(version, (a) => compareVersions(a, a) === 0));
  });

  test('is antisymmetric', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
      }),
    );
  });

  test('is transitive', () => {
    fc.assert(
      fc.property(version, version, version, (...versions) => {
        const [first, second, third] = versions.sort(compareVersions);
        expect(compareVersions(first, second)).toBeLessThanOrEqual(0);
        expect(compareVersions(second, third)).toBeLessThanOrEqual(0);
        expect(compareVersions(first, third)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  test('a tilde sorts before the end, whatever follows', () => {
    fc.assert(
      fc.property(version, version, (base, suffix) => {
        fc.pre(!base.includes(':') && !base.includes('-') && !suffix.includes(':') && !suffix.includes('-'));
        expect(compareVersions(`${base}~${suffix}`, base)).toBeLessThan(0);
      }),
    );
  });
});

describe('satisfies', () => {
  test.each<[VersionOperator, boolean, boolean, boolean]>([
    ['<<', true, false, false],
    ['<=', true, true, false],
    ['=', false, true, false],
    ['>=', false, true, true],
    ['>>', false, false, true],
  ])('%s 2.0', (operator, older, same, newer) => {
    const constraint = { operator, version: '2.0' };
    expect(['1.9', '2.0-0', '2.0-1'].map((each) => satisfies(each, constraint))).toEqual([
      older,
      same,
      newer,
    ]);
  });

  test('no constraint is satisfied by every version', () => {
    expect(satisfies('1.0', undefined)).toBe(true);
  });
});
