import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decideEvictions, type CacheItem } from '../../../src/host/cache-evictions.ts';

const NOW = 1000;

function item(path: string, bytes: number, usedAtMs: number): CacheItem {
  return { path, bytes, usedAtMs };
}

test.each([
  { rule: 'nothing, within the limit', maxBytes: 60, goes: [] },
  { rule: 'the one that was not used for longest', maxBytes: 59, goes: ['old'] },
  { rule: 'as many as it takes', maxBytes: 40, goes: ['old', 'older'] },
  { rule: 'nothing in use, whatever it takes', maxBytes: 0, goes: ['old', 'older'] },
])('removed is $rule', ({ maxBytes, goes }) => {
  const items = [item('new', 10, NOW + 1), item('older', 20, 20), item('used', 20, NOW), item('old', 10, 10)];
  const evicted = decideEvictions(items, { maxBytes, keepSinceMs: NOW });
  expect(evicted.map(({ path }) => path)).toEqual(goes);
});

describe('for any cache', () => {
  const items = fc.uniqueArray(
    fc.record({
      path: fc.string({ minLength: 1 }),
      bytes: fc.nat(1000),
      usedAtMs: fc.nat(2 * NOW),
    }),
    { selector: ({ path }) => path },
  );
  const limits = fc.record({ maxBytes: fc.nat(20_000), keepSinceMs: fc.nat(2 * NOW) });

  function sum(of: readonly CacheItem[]): number {
    return of.reduce((bytes, each) => bytes + each.bytes, 0);
  }

  it('keeps all that is in use, and what was used later than anything removed', () => {
    fc.assert(
      fc.property(items, limits, (all, limit) => {
        const evicted = decideEvictions(all, limit);
        const left = all.filter((each) => !evicted.includes(each));
        const newest = Math.max(...evicted.map(({ usedAtMs }) => usedAtMs), -1);
        expect(newest).toBeLessThan(limit.keepSinceMs);
        expect(left.every(({ usedAtMs }) => usedAtMs >= newest)).toBe(true);
      }),
    );
  });

  it('is within the limit afterwards, or has nothing left that is not in use', () => {
    fc.assert(
      fc.property(items, limits, (all, limit) => {
        const evicted = decideEvictions(all, limit);
        const left = all.filter((each) => !evicted.includes(each));
        const isInUse = left.every(({ usedAtMs }) => usedAtMs >= limit.keepSinceMs);
        expect(sum(left) <= limit.maxBytes || isInUse).toBe(true);
      }),
    );
  });

  it('removes no more than has to go', () => {
    fc.assert(
      fc.property(items, limits, (all, limit) => {
        const evicted = decideEvictions(all, limit);
        const last = evicted.at(-1);
        expect(last === undefined || sum(all) - sum(evicted) + last.bytes > limit.maxBytes).toBe(true);
      }),
    );
  });

  it('says the same whatever the order of its files', () => {
    fc.assert(
      fc.property(items, limits, (all, limit) => {
        expect(decideEvictions(all.toReversed(), limit)).toEqual(decideEvictions(all, limit));
      }),
    );
  });
});
