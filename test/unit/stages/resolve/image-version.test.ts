import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowestVersion, toImageVersion } from '../../../../src/stages/resolve/image-version.ts';

describe('toImageVersion', () => {
  test.each([
    { version: '3.13.5-1', expected: '3.13.5' },
    { version: '3.13.5', expected: '3.13.5' },
    { version: '24.21.0', expected: '24.21.0' },
    { version: '13.8+deb13u8', expected: '13.8.0' },
    { version: '1:3.3-4', expected: '3.3.0' },
    { version: '2:8.4.11-1~deb13u1', expected: '8.4.11' },
    { version: '21.0.9+10-1~deb13u1', expected: '21.0.9' },
    { version: '25+36-1', expected: '25.0.0' },
    { version: '17.0.1.2-1', expected: '17.0.1' },
    { version: '3.5.4-1~deb13u2', expected: '3.5.4' },
    { version: '3.5.0~rc1-1', expected: '3.5.0' },
    { version: '1.10.2+dfsg-3', expected: '1.10.2' },
    { version: '2026.01-1', expected: '2026.1.0' },
    { version: '20250419+deb13u1', expected: '20250419.0.0' },
    { version: '2026b-0+deb13u1', expected: '2026.0.0' },
    { version: 'trixie-1', expected: undefined },
    { version: '', expected: undefined },
  ])('$version → $expected', ({ version, expected }) => {
    expect(toImageVersion(version)).toBe(expected);
  });

  test('whatever the version, it is three numbers or none', () => {
    fc.assert(
      fc.property(fc.string(), (version) => {
        expect(toImageVersion(version) ?? '0.0.0').toMatch(/^\d+\.\d+\.\d+$/);
      }),
    );
  });
});

test.each([
  { versions: ['24.21.0'], expected: '24.21.0' },
  { versions: ['24.21.0', '24.9.9'], expected: '24.9.9' },
  { versions: ['3.13.5', '3.13.5'], expected: '3.13.5' },
  { versions: ['10.0.0', '9.99.99', '9.100.0'], expected: '9.99.99' },
])('the lowest of $versions is $expected', ({ versions, expected }) => {
  expect(lowestVersion(versions as [string, ...string[]])).toBe(expected);
});
