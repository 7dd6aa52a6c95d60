import { expect, test } from 'vitest';
import { tableText } from '../../../src/report/table.ts';
import { countText, durationText, megabytesText } from '../../../src/report/units.ts';

test.each([
  { ms: 0, text: '0.0 s' },
  { ms: 7340, text: '7.3 s' },
  { ms: 59_940, text: '59.9 s' },
  { ms: 59_960, text: '1 min 00 s' },
  { ms: 67_400, text: '1 min 07 s' },
  { ms: 3_600_000, text: '60 min 00 s' },
])('$ms ms → $text', ({ ms, text }) => {
  expect(durationText(ms)).toBe(text);
});

test('bytes and counts', () => {
  expect(megabytesText(52_149_000)).toBe('52.1 MB');
  expect([0, 1, 2].map((count) => countText(count, 'image'))).toEqual(['0 images', '1 image', '2 images']);
});

test('a table lines up, without blanks at the end of a line', () => {
  const columns = [
    { title: 'a', align: 'left' },
    { title: 'size', align: 'right' },
    { title: 'note', align: 'left' },
  ] as const;
  expect(
    tableText(columns, [
      ['long one', '1', ''],
      ['x', '12345', 'y'],
    ]),
  ).toBe(['a          size  note', 'long one      1', 'x         12345  y'].join('\n'));
});
