import { describe, expect, test } from 'vitest';
import type { Decision, ImageId } from '../../../../src/model/index.ts';
import { decisionsFor, expiredText } from '../../../../src/stages/gate/index.ts';

const NOW = new Date('2026-11-24T23:59:59Z');

const common = { target: '*', owner: 'payments', reason: 'the move is in May' };
const DECISIONS: readonly Decision[] = [
  { ...common, kind: 'freeze', file: 'decisions/last-day.json', expires: '2026-11-24' },
  { ...common, kind: 'freeze', file: 'decisions/long.json', expires: '2027-01-31' },
  { ...common, kind: 'freeze', file: 'decisions/over.json', expires: '2026-11-23' },
  { ...common, kind: 'freeze', file: 'decisions/no-date.json', expires: 'later' },
  { ...common, kind: 'extend', file: 'decisions/other-kind.json', expires: '2027-01-31' },
  {
    ...common,
    kind: 'freeze',
    file: 'decisions/other-image.json',
    target: 'node-*',
    expires: '2027-01-31',
  },
];

describe('decisionsFor', () => {
  const { inForce, expired } = decisionsFor('freeze', 'python-3.13' as ImageId, {
    decisions: DECISIONS,
    now: NOW,
  });

  test('names those that count, the one that counts longest first', () => {
    expect(inForce.map(({ file }) => file)).toEqual(['decisions/long.json', 'decisions/last-day.json']);
  });

  test('keeps those that count no longer apart', () => {
    expect(expiredText(expired)).toBe(
      '; the decision decisions/no-date.json expired on later; the decision decisions/over.json expired on 2026-11-23',
    );
  });
});
