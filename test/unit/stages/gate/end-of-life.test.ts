import { describe, expect, test } from 'vitest';
import type { CatalogEntry, Decision, ExtendDecision, ImageId } from '../../../../src/model/index.ts';
import { endOfLifeWarnings, type GateFacts } from '../../../../src/stages/gate/index.ts';
import { notPastEndOfLife } from '../../../../src/stages/gate/end-of-life.ts';
import { DEFAULT_POLICY } from '../../../support/policy.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

function decision(fields: Partial<ExtendDecision> = {}): Decision {
  return {
    file: 'decisions/python.json',
    kind: 'extend',
    target: 'python-*',
    owner: 'payments',
    reason: 'the move is in May',
    expires: '2026-12-31',
    ...fields,
  };
}

function judge(endOfLife: string, decisions: readonly Decision[]): Record<string, readonly string[]> {
  const entry: Pick<CatalogEntry, 'id' | 'dates'> = {
    id: 'python-3.11' as ImageId,
    dates: { release: '2022-10-24', endOfLife },
  };
  const facts = { entry } as GateFacts;
  const conditions = { policy: DEFAULT_POLICY, decisions, now: NOW };
  return {
    blocked: notPastEndOfLife(facts, conditions).map(({ message }) => message),
    warned: endOfLifeWarnings(entry, conditions),
  };
}

describe('end of life', () => {
  test.each([
    ['2027-02-23', []],
    ['2027-02-22', ['support ends on 2027-02-22, in 90 days']],
    ['2026-11-24', ['support ends on 2026-11-24, in 0 days']],
  ])('on %s', (endOfLife, warned) => {
    expect(judge(endOfLife, [])).toEqual({ blocked: [], warned });
  });

  test.each(['2026-11-23', 'some day'])('on %s is past', (endOfLife) => {
    expect(judge(endOfLife, [])).toEqual({ blocked: [`support ended on ${endOfLife}`], warned: [] });
  });
});

describe('a decision', () => {
  const goesOn = 'support ended on 2026-11-23; decisions/python.json goes on until';

  test.each([
    ['that counts today for the last time', [decision({ expires: '2026-11-24' })], '2026-11-24'],
    ['that names the image', [decision({ target: 'python-3.11' })], '2026-12-31'],
    ['beside one that expired', [decision({ expires: '2026-11-01' }), decision()], '2026-12-31'],
    ['beside a shorter one', [decision({ expires: '2026-11-30' }), decision()], '2026-12-31'],
  ])('%s', (_, decisions, until) => {
    const warning = `${goesOn} ${until}: the move is in May (payments)`;
    expect(judge('2026-11-23', decisions)).toEqual({ blocked: [], warned: [warning] });
  });

  test('that expired counts no longer, and is named', () => {
    expect(judge('2026-11-22', [decision({ expires: '2026-11-23' })])).toEqual({
      blocked: ['support ended on 2026-11-22; the decision decisions/python.json expired on 2026-11-23'],
      warned: [],
    });
  });

  test('of another kind allows something else', () => {
    const waiver = { ...decision(), kind: 'waive' } as unknown as Decision;
    expect(judge('2026-11-23', [waiver])).toEqual({ blocked: ['support ended on 2026-11-23'], warned: [] });
  });

  test.each(['node-*', 'python', 'python-3x11', '*.12'])('for "%s" is for others', (target) => {
    expect(judge('2026-11-23', [decision({ target })]).blocked).toEqual(['support ended on 2026-11-23']);
  });
});
