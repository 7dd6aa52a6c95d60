import { expect, test } from 'vitest';
import type { GateReason, RememberedVerdict } from '../../../../src/model/index.ts';
import { followVerdict, type NewVerdict } from '../../../../src/stages/gate/index.ts';
import { digestOf } from '../../../support/gate-facts.ts';

const OLD: GateReason = { rule: 'end-of-life', message: 'support ended on 2026-11-20' };
const NEW: GateReason = { rule: 'known-exploited', message: 'openssl: …' };

function now(...reasons: readonly GateReason[]): NewVerdict {
  const [first, ...rest] = reasons;
  return {
    verdict: first === undefined ? { kind: 'pass' } : { kind: 'block', reasons: [first, ...rest] },
    judged: 'release',
    buildId: 'b1',
    policy: digestOf('policy'),
    at: '2026-11-23T02:00:00.000Z',
  };
}

function before(reasons: readonly GateReason[]): RememberedVerdict {
  const { remembered } = followVerdict(undefined, now(...reasons));
  return { ...remembered, since: '2026-11-21T02:00:00.000Z' };
}

interface Case {
  readonly summary: string;
  readonly before: RememberedVerdict | undefined;
  readonly now: NewVerdict;
  readonly expected: { readonly isNews: boolean; readonly hasChanged: boolean; readonly since: string };
}

const TODAY = '2026-11-23T02:00:00.000Z';
const THEN = '2026-11-21T02:00:00.000Z';

test.each<Case>([
  {
    summary: 'a first night without trouble writes nothing',
    before: undefined,
    now: now(),
    expected: { isNews: false, hasChanged: false, since: TODAY },
  },
  {
    summary: 'the first no is news',
    before: undefined,
    now: now(OLD),
    expected: { isNews: true, hasChanged: true, since: TODAY },
  },
  {
    summary: 'the same no is none',
    before: before([OLD]),
    now: now(OLD),
    expected: { isNews: false, hasChanged: false, since: THEN },
  },
  {
    summary: 'a further reason is news of the same no',
    before: before([OLD]),
    now: now(OLD, NEW),
    expected: { isNews: true, hasChanged: true, since: THEN },
  },
  {
    summary: 'a reason less is none',
    before: before([OLD, NEW]),
    now: now(NEW),
    expected: { isNews: false, hasChanged: true, since: THEN },
  },
  {
    summary: 'the same reasons in another order are the same',
    before: before([OLD, NEW]),
    now: now(NEW, OLD),
    expected: { isNews: false, hasChanged: false, since: THEN },
  },
  {
    summary: 'another build that is blocked for the same is no news, and is noted',
    before: before([OLD]),
    now: { ...now(OLD), buildId: 'b2', judged: 'next build' },
    expected: { isNews: false, hasChanged: true, since: THEN },
  },
  {
    summary: 'a yes ends it',
    before: before([OLD]),
    now: now(),
    expected: { isNews: false, hasChanged: true, since: TODAY },
  },
  {
    summary: 'a yes after a yes writes nothing, whatever build it is of',
    before: before([]),
    now: { ...now(), buildId: 'b2', policy: digestOf('another') },
    expected: { isNews: false, hasChanged: false, since: THEN },
  },
  {
    summary: 'the same no after a yes is news again',
    before: before([]),
    now: now(OLD),
    expected: { isNews: true, hasChanged: true, since: TODAY },
  },
])('$summary', ({ before: remembered, now: verdict, expected }) => {
  const followed = followVerdict(remembered, verdict);
  const { isNews, hasChanged } = followed;
  expect({ isNews, hasChanged, since: followed.remembered.since }).toEqual(expected);
});
