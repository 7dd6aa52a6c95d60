import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastSequence, releaseTag } from '../../../../src/stages/promote/release-record.ts';
import { uniqueTag } from '../../../../src/stages/promote/unique-tag.ts';

describe('unique tags', () => {
  test.each([
    { promotedAt: '2026-11-21T03:12:59.999Z', later: 0, expected: '3.13.5.202611210312' },
    { promotedAt: '2026-11-21T04:12:00.000+01:00', later: 0, expected: '3.13.5.202611210312' },
    { promotedAt: '2026-12-31T23:59:00.000Z', later: 1, expected: '3.13.5.202701010000' },
  ])('$promotedAt + $later: $expected', ({ promotedAt, later, expected }) => {
    expect(uniqueTag('3.13.5', promotedAt, later)).toBe(expected);
  });

  test('sort as the minutes they were made in', () => {
    const minute = fc
      .integer({ min: 0, max: 40_000_000 })
      .map((minutes) => Date.UTC(2026, 0, 1) + minutes * 60_000);
    fc.assert(
      fc.property(minute, minute, (a, b) => {
        const [first, second] = [a, b].map((each) => uniqueTag('1.2.3', new Date(each).toISOString()));
        expect(Math.sign(a - b)).toBe(first === second ? 0 : Number(first! > second!) * 2 - 1);
      }),
    );
  });

  test('a version that no tag can hold is refused', () => {
    expect(() => uniqueTag('1.2.3+dfsg', '2026-11-21T03:12:00.000Z')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_INVALID' }),
    );
  });
});

describe('release tags', () => {
  test.each([
    { tags: [], expected: 0 },
    { tags: ['release-3.1-000002', 'release-3.13-000001', 'release-3.13-000010', '3.13'], expected: 10 },
    {
      tags: ['release-3.13-1', 'release-3.13-x', 'release-3x13-000009', 'release-3.13-dev-000009'],
      expected: 0,
    },
  ])('$tags: $expected', ({ tags, expected }) => {
    expect(lastSequence(tags, '3.13')).toBe(expected);
  });

  test('have six digits', () => {
    expect(releaseTag('3.13', 12)).toBe('release-3.13-000012');
  });
});
