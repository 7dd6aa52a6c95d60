import fc from 'fast-check';
import { createTask } from 'node-cron';
import { afterEach, expect, test, vi } from 'vitest';
import { createSlots } from '../../../src/schedule/slots.ts';

const BERLIN = 'Europe/Berlin';

afterEach(() => void vi.useRealTimers());

function slotsAfter(cron: string, timeZone: string, after: string, count: number): readonly string[] {
  const next = createSlots({ cron, timeZone });
  const slots: string[] = [];
  for (let slot = next(new Date(after)); slots.length < count; slot = next(slot)) {
    slots.push(slot.toISOString().replace(':00.000Z', ''));
  }
  return slots;
}

test.each([
  {
    summary: 'spring leaves 02:30 out: an hour later',
    cron: '30 2 * * *',
    timeZone: BERLIN,
    after: '2027-03-26T12:00:00Z',
    slots: ['2027-03-27T01:30', '2027-03-28T01:30', '2027-03-29T00:30'],
  },
  {
    summary: 'autumn has 02:30 twice: the second',
    cron: '30 2 * * *',
    timeZone: BERLIN,
    after: '2027-10-30T12:00:00Z',
    slots: ['2027-10-31T01:30', '2027-11-01T01:30'],
  },
  {
    summary: 'what spring leaves out, where it is due then anyway: once',
    cron: '0,30 2,3 * * *',
    timeZone: BERLIN,
    after: '2027-03-28T00:00:00Z',
    slots: ['2027-03-28T01:00', '2027-03-28T01:30', '2027-03-29T00:00'],
  },
  {
    summary: 'half an hour, in the south',
    cron: '15 2 * * *',
    timeZone: 'Australia/Lord_Howe',
    after: '2027-10-02T00:00:00Z',
    slots: ['2027-10-02T15:45', '2027-10-03T15:15'],
  },
  {
    summary: 'over midnight',
    cron: '30 23 * * *',
    timeZone: 'America/Nuuk',
    after: '2027-03-28T01:00:00Z',
    slots: ['2027-03-28T01:30', '2027-03-29T00:30'],
  },
  {
    summary: 'a 29 February that is a Monday',
    cron: '0 0 29 2 1',
    timeZone: 'UTC',
    after: '2072-03-01T00:00:00Z',
    slots: ['2112-02-29T00:00'],
  },
])('$summary', ({ cron, timeZone, after, slots }) => {
  expect(slotsAfter(cron, timeZone, after, slots.length)).toEqual(slots);
});

test('a fifth Monday that is the first of a month never comes: a mistake in the catalog', () => {
  const next = createSlots({ cron: '0 0 1 * 1#5', timeZone: 'UTC' });
  expect(() => next(new Date(0))).toThrow(expect.objectContaining({ code: 'CATALOG_INVALID' }));
});

/** Of a field: all, some, or every so many. */
function field(min: number, max: number): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constant('*'),
    fc
      .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 })
      .map((values) => values.join(',')),
    fc.integer({ min: 2, max: 6 }).map((step) => `*/${String(step)}`),
  );
}

const CRON = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '));

test('but for what the clock leaves out, node-cron strikes at the same time', () => {
  const zones = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
  const times = fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
  vi.useFakeTimers({ toFake: ['Date'] });
  fc.assert(
    fc.property(CRON, zones, times, (cron, timeZone, after) => {
      vi.setSystemTime(after);
      const task = createTask(cron, () => undefined, { timezone: timeZone });
      const slot = createSlots({ cron, timeZone })(after);
      // one that is left out matches nothing
      const [expected] = task.match(slot) ? task.getNextRuns(1) : [slot];
      expect(slot).toEqual(expected);
      void task.destroy();
    }),
    { numRuns: 300 },
  );
});
