import { expect, test } from 'vitest';
import { layerEpoch, quarterStart, toSeconds } from '../../../../src/stages/resolve/epoch.ts';

test.each([
  { instant: '2026-11-23T12:00:00Z', expected: '2026-10-01T00:00:00Z' },
  { instant: '2026-10-01T00:00:00Z', expected: '2026-10-01T00:00:00Z' },
  { instant: '2026-09-30T23:59:59Z', expected: '2026-07-01T00:00:00Z' },
  { instant: '2027-01-01T00:30:00+01:00', expected: '2026-10-01T00:00:00Z' },
  { instant: '2026-02-28T00:00:00Z', expected: '2026-01-01T00:00:00Z' },
  { instant: '2026-06-30T00:00:00Z', expected: '2026-04-01T00:00:00Z' },
])('the quarter of $instant starts at $expected', ({ instant, expected }) => {
  expect(quarterStart(new Date(instant))).toBe(toSeconds(expected));
});

test('whole seconds', () => {
  expect(toSeconds('2026-11-20T08:00:00.999Z')).toBe(Date.UTC(2026, 10, 20, 8) / 1000);
});

test.each([
  { inputs: [3, 7, 5], below: 9, expected: 7 },
  { inputs: [], below: 9, expected: 9 },
])('a layer of $inputs over $below is from $expected', ({ inputs, below, expected }) => {
  expect(layerEpoch(inputs, below)).toBe(expected);
});
