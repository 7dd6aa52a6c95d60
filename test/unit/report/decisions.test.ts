import { describe, expect, test } from 'vitest';
import type { Decision, DecisionsMet, ImageRun } from '../../../src/model/index.ts';
import { toReportedDecisions, type DecidedCatalog } from '../../../src/report/decisions.ts';
import { decided } from '../../support/decided.ts';
import { blockedOutcome, entryOf, imageId, imageRun, releasedOutcome } from '../../support/runs.ts';

const FREEZE = decided({ kind: 'freeze', file: 'decisions/d.json', target: 'node-*' });
const WITHDRAWAL = decided({ ...FREEZE, kind: 'withdraw', release: '24.1.0.202611010000' });
const OVER = '2026-11-22';
const USE = { file: FREEZE.file, what: 'nothing new is released' };

function told(decision: Decision, images: readonly ImageRun[]): object | undefined {
  const ids = ['node-24', 'node-26', 'python-3.13'].map((id) => ({ id: imageId(id) }));
  const catalog: DecidedCatalog = { decisions: [decision], entries: ids, broken: [] };
  const [reported] = toReportedDecisions({ images, startedAt: '2026-11-23T21:45:30.000Z' }, catalog);
  return reported && { state: reported.state, note: reported.note, notLookedAt: reported.notLookedAt };
}

function image(track: string, decisions?: DecisionsMet): ImageRun {
  const entry = entryOf('node', track);
  return { ...imageRun(entry, releasedOutcome(entry.id)), ...(decisions && { decisions }) };
}

function blocked(track: string, decisions: readonly string[]): ImageRun {
  const entry = entryOf('node', track);
  const outcome = blockedOutcome(entry.id);
  const reasons = [{ rule: 'x', message: 'y', decisions }];
  return { ...image(track, LOOKED), outcome: { ...outcome, reasons } as ImageRun['outcome'] };
}

const LOOKED: DecisionsMet = { asked: ['freeze', 'withdraw'], uses: [] };
const USED: DecisionsMet = { ...LOOKED, uses: [USE] };

describe('what became of a decision in a run', () => {
  test.each<[string, Decision, readonly ImageRun[], object]>([
    [
      'nobody needed it, and every image it is for was looked at',
      FREEZE,
      [image('24', LOOKED), image('26', LOOKED)],
      { state: 'unused', note: 'nothing needed it: it can be removed', notLookedAt: [] },
    ],
    [
      'a run of some images does not know',
      FREEZE,
      [image('24', LOOKED)],
      { state: 'not-looked-at', note: null, notLookedAt: ['node-26'] },
    ],
    [
      'an image that ended before anybody asked is not known either',
      FREEZE,
      [image('24', LOOKED), image('26'), image('28', { asked: ['waive'], uses: [] })],
      { state: 'not-looked-at', note: null, notLookedAt: ['node-26'] },
    ],
    [
      'one image that needed it is enough',
      FREEZE,
      [image('24', USED)],
      { state: 'used', note: null, notLookedAt: ['node-26'] },
    ],
    [
      'it ends soon',
      { ...FREEZE, expires: '2026-11-24' },
      [image('24', USED), image('26', LOOKED)],
      { state: 'used', note: 'ends in 1 day', notLookedAt: [] },
    ],
    [
      'it is for longer than a year',
      { ...FREEZE, expires: '2027-11-25' },
      [image('24', USED), image('26', LOOKED)],
      {
        state: 'used',
        note: '2027-11-25 is more than a year away: an exception is for a while',
        notLookedAt: [],
      },
    ],
    [
      'it is for a leap year',
      { ...FREEZE, expires: '2027-11-24' },
      [image('24', USED), image('26', LOOKED)],
      { state: 'used', note: null, notLookedAt: [] },
    ],
    [
      'it has expired, and stops an image',
      { ...FREEZE, expires: OVER },
      [blocked('24', [FREEZE.file]), image('26', LOOKED)],
      { state: 'expired', note: 'prolong it, or mend what needed it and remove it', notLookedAt: [] },
    ],
    [
      'it has expired, and stops nothing',
      { ...FREEZE, expires: OVER },
      [image('24', LOOKED), image('26', LOOKED)],
      { state: 'expired', note: 'it blocks nothing: it can be removed', notLookedAt: [] },
    ],
    [
      'it has expired, and may stop what was not looked at',
      { ...FREEZE, expires: OVER },
      [image('24', LOOKED)],
      { state: 'expired', note: 'prolong it, or remove it', notLookedAt: ['node-26'] },
    ],
    [
      'what it says is not so',
      FREEZE,
      [blocked('24', [FREEZE.file]), image('26', LOOKED)],
      {
        state: 'contradicted',
        note: 'what it says is not so: remove it, or mend what it is about',
        notLookedAt: [],
      },
    ],
    [
      'a withdrawal is never removable',
      WITHDRAWAL,
      [image('24', LOOKED), image('26', LOOKED)],
      { state: 'standing', note: null, notLookedAt: [] },
    ],
    [
      'a withdrawal counts after its day',
      { ...WITHDRAWAL, expires: OVER },
      [image('24', USED), image('26', LOOKED)],
      {
        state: 'used',
        note: 'its day is past, and it goes on counting: look at it again',
        notLookedAt: [],
      },
    ],
    [
      'a withdrawal stops what is published',
      WITHDRAWAL,
      [blocked('24', [WITHDRAWAL.file]), image('26', LOOKED)],
      { state: 'used', note: null, notLookedAt: [] },
    ],
  ])('%s', (_, decision, images, expected) => {
    expect(told(decision, images)).toEqual(expected);
  });

  test('names images and what they needed it for, those it stops apart', () => {
    const catalog = { decisions: [FREEZE], entries: [], broken: [] };
    const images = [image('24', USED), blocked('26', [FREEZE.file])];
    expect(toReportedDecisions({ images, startedAt: '2026-11-23T21:45:30.000Z' }, catalog)).toMatchObject([
      { state: 'used', uses: [{ image: 'node-24', what: USE.what }], blocks: ['node-26'] },
    ]);
  });
});
