import { expect, test } from 'vitest';
import { fieldText } from '../../../src/model/index.ts';

test.each([
  [[], ''],
  [['tracks', 1, 'dates', 'end-of-life'], 'tracks[1].dates.end-of-life'],
  [['packages', 'linux/arm64'], 'packages["linux/arm64"]'],
  [[0, 'name'], '[0].name'],
])('%j is written %s', (path, text) => {
  expect(fieldText(path)).toBe(text);
});
