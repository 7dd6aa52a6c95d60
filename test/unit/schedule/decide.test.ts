import { expect, test } from 'vitest';
import {
  decide,
  isBeyond,
  owedAfter,
  owedAt,
  type Decision,
  type Moment,
  type NightEnd,
  type Owed,
} from '../../../src/schedule/decide.ts';
import { createSlots } from '../../../src/schedule/slots.ts';

const JITTER_MINUTES = 10;
const next = createSlots({ cron: '30 2 * * *', timeZone: 'UTC' });

function night(time: string): Date {
  return new Date(`2027-01-10T${time}:00Z`);
}

const OWED: Owed = { cause: 'schedule', due: night('02:30'), begun: 0 };
const MOMENT: Moment = { now: night('02:30'), since: night('00:00'), isStruck: false, running: 'nothing' };

interface Case {
  readonly summary: string;
  readonly owed?: Partial<Owed>;
  readonly moment: Partial<Moment>;
  readonly decision: string;
}

function textOf(decision: Decision): string {
  switch (decision.kind) {
    case 'wait':
      return `wait until ${decision.until}`;
    case 'begin':
      return `begin ${decision.cause}`;
    case 'give-up':
      return 'give up';
  }
}

test.each<Case>([
  { summary: 'before', moment: { now: night('02:29') }, decision: 'wait until due' },
  {
    summary: 'due, node-cron waits for its jitter',
    moment: { now: night('02:40') },
    decision: 'wait until due',
  },
  { summary: 'struck', moment: { now: night('02:33'), isStruck: true }, decision: 'begin schedule' },
  {
    summary: 'struck before it is due',
    moment: { now: night('02:29'), isStruck: true },
    decision: 'wait until due',
  },
  {
    summary: 'struck during a run',
    moment: { isStruck: true, running: 'own' },
    decision: 'wait until own-run-ended',
  },
  {
    summary: 'struck while one runs by hand',
    moment: { isStruck: true, running: 'another' },
    decision: 'wait until other-run-ended',
  },
  { summary: 'that one has ended', moment: { now: night('02:41') }, decision: 'begin missed' },
  {
    summary: 'not struck: left out by the clock, or suspended',
    moment: { now: night('09:00') },
    decision: 'begin missed',
  },
  {
    summary: 'due before the process was there',
    moment: { now: night('02:31'), since: night('02:31') },
    decision: 'begin missed',
  },
  {
    summary: 'the same, while the run of the process before goes on',
    owed: { begun: 1 },
    moment: { now: night('02:31'), since: night('02:31'), running: 'another' },
    decision: 'wait until other-run-ended',
  },
  {
    summary: 'its process was killed with it',
    owed: { begun: 1 },
    moment: { now: night('02:36'), since: night('02:36') },
    decision: 'begin missed',
  },
  {
    summary: 'twice',
    owed: { begun: 2 },
    moment: { now: night('02:40'), since: night('02:40') },
    decision: 'give up',
  },
  { summary: 'a fix', owed: { cause: 'security-fix' }, moment: {}, decision: 'begin security-fix' },
  {
    summary: 'a fix, while one runs by hand',
    owed: { cause: 'security-fix' },
    moment: { running: 'another' },
    decision: 'wait until other-run-ended',
  },
  {
    summary: 'a fix that kills its process',
    owed: { cause: 'security-fix', begun: 2 },
    moment: {},
    decision: 'give up',
  },
])('$summary: $decision', ({ owed, moment, decision }) => {
  expect(textOf(decide({ ...OWED, ...owed }, { ...MOMENT, ...moment }, JITTER_MINUTES))).toBe(decision);
});

const TOMORROW: Owed = { cause: 'schedule', due: new Date('2027-01-11T02:30:00Z'), begun: 0 };
const REFUSED = { images: [{ error: { code: 'RUN_IN_PROGRESS' } }] } as NightEnd['report'];
const FAILED = { images: [{ error: { code: 'RUN_IN_PROGRESS' } }, { error: null }] } as NightEnd['report'];

test.each<{
  readonly summary: string;
  readonly end: NightEnd;
  readonly isStopping?: true;
  readonly owed: Owed;
}>([
  { summary: 'made', end: { exitCode: 0 }, owed: TOMORROW },
  { summary: 'failed', end: { exitCode: 3, ...(FAILED && { report: FAILED }) }, owed: TOMORROW },
  { summary: 'could not start', end: { exitCode: 2 }, owed: TOMORROW },
  { summary: 'refused', end: { exitCode: 3, ...(REFUSED && { report: REFUSED }) }, owed: OWED },
  { summary: 'stopped with us', end: { exitCode: 130 }, isStopping: true, owed: OWED },
  { summary: 'made before it was stopped', end: { exitCode: 0 }, isStopping: true, owed: TOMORROW },
  { summary: 'killed', end: { exitCode: 70, isKilled: true }, owed: { ...OWED, begun: 1 } },
])('a run that was $summary', ({ end, isStopping = false, owed }) => {
  expect(owedAfter(OWED, end, { isStopping, after: TOMORROW })).toEqual(owed);
});

test.each([
  { summary: 'nothing noted', noted: undefined, now: '02:29', owed: OWED },
  { summary: 'due already', noted: { ...OWED, begun: 1 }, now: '02:31', owed: { ...OWED, begun: 1 } },
  { summary: 'of another calendar', noted: { ...OWED, due: night('05:00') }, now: '02:29', owed: OWED },
])('who starts with $summary', ({ noted, now, owed }) => {
  expect(owedAt(night(now), noted, next)).toEqual(owed);
});

test.each([
  { summary: 'the time after now', now: '2027-01-10T02:29:00Z', isLost: false },
  { summary: 'the one after that: a small step back', now: '2027-01-09T02:29:00Z', isLost: false },
  { summary: 'later than that: a clock set back', now: '2026-01-01T00:00:00Z', isLost: true },
  { summary: 'due', now: '2027-01-10T02:30:00Z', isLost: false },
])('beyond what the calendar says, by $summary: $isLost', ({ now, isLost }) => {
  expect(isBeyond(OWED, new Date(now), next)).toBe(isLost);
});
