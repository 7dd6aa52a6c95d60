import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FactoryError } from '../../../src/model/index.ts';
import { scheduleWorld, type ScheduleWorld } from '../../support/schedule-world.ts';

const MINUTE = 60_000;
const LOOK = 60 * MINUTE;

let world: ScheduleWorld;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2027-01-10T06:00:00Z') });
  world = scheduleWorld();
});

afterEach(() => void vi.useRealTimers());

/** As it is seen for the first time. */
async function started(): Promise<() => Promise<void>> {
  const stop = world.start();
  await vi.advanceTimersByTimeAsync(MINUTE);
  return stop;
}

test('a fix that some image needs is a reason to run at once', async () => {
  await started();
  world.suites = { 'trixie-security': 'b' };
  await vi.advanceTimersByTimeAsync(3 * LOOK);
  expect(world.begun).toEqual(['2027-01-10T07:00:00Z security-fix']);
  expect(world.note?.owed).toEqual({ cause: 'schedule', due: new Date('2027-01-11T01:30:00Z'), begun: 0 });
});

test('a suite that moved for others starts nothing, and is planned for once', async () => {
  await started();
  world.suites = { 'trixie-security': 'b' };
  world.isFixDue = () => Promise.resolve(false);
  await vi.advanceTimersByTimeAsync(3 * LOOK);
  expect(world.begun).toEqual([]);
  expect(world.messages.filter((each) => each === 'security archive moved')).toHaveLength(1);
});

test.each([
  { failure: new FactoryError('TOOL_FAILED', 'cannot plan an early run: the catalog is broken') },
  { failure: new SyntaxError('Unexpected end of JSON input') },
])('a plan that fails ends nothing, and is made again: $failure.name', async ({ failure }) => {
  await started();
  world.suites = { 'trixie-security': 'b' };
  world.isFixDue = () => Promise.reject(failure);
  await vi.advanceTimersByTimeAsync(LOOK);
  expect(world.messages).toContain('cannot look at the security archives');
  world.isFixDue = () => Promise.resolve(true);
  await vi.advanceTimersByTimeAsync(LOOK);
  expect(world.begun).toEqual(['2027-01-10T08:00:00Z security-fix']);
});

test('what moves during a run is judged after it', async () => {
  world.note = {
    owed: { cause: 'schedule', due: new Date('2027-01-10T01:30:00Z'), begun: 0 },
    suites: { 'trixie-security': 'a' },
  };
  world.nightTakes(90 * MINUTE);
  await started();
  world.suites = { 'trixie-security': 'b' };
  await vi.advanceTimersByTimeAsync(4 * LOOK);
  expect(world.begun).toEqual(['2027-01-10T06:00:00Z missed', '2027-01-10T08:00:00Z security-fix']);
});

test('what moved while no schedule ran is seen by the next one', async () => {
  await (
    await started()
  )();
  world.suites = { 'trixie-security': 'b' };
  await started();
  expect(world.begun).toEqual(['2027-01-10T06:01:00Z security-fix']);
});

test('a fix whose run was stopped is made by the next process', async () => {
  const stop = await started();
  world.suites = { 'trixie-security': 'b' };
  world.nightTakes(90 * MINUTE);
  await vi.advanceTimersByTimeAsync(LOOK);
  await stop();
  await started();
  expect(world.begun).toEqual(['2027-01-10T07:00:00Z security-fix', '2027-01-10T07:01:00Z security-fix']);
});

test('stopping during a plan is no failure', async () => {
  const stop = await started();
  world.suites = { 'trixie-security': 'b' };
  world.isFixDue = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('was cancelled'))));
  await vi.advanceTimersByTimeAsync(LOOK);
  await stop();
  expect(world.messages).not.toContain('cannot look at the security archives');
});
