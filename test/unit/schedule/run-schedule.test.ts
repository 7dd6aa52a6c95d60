import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scheduleWorld, type ScheduleWorld } from '../../support/schedule-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: ScheduleWorld;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2027-01-10T00:00:00Z') });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  world = scheduleWorld();
});

afterEach(() => void vi.useRealTimers());

async function until(instant: string): Promise<void> {
  await vi.advanceTimersByTimeAsync(Date.parse(instant) - Date.now());
}

/** As the kernel does it: nothing of the process goes on. */
function kill(): void {
  const now = Date.now();
  vi.clearAllTimers();
  vi.setSystemTime(now);
}

test('every night at its time, in the zone of the team, with jitter', async () => {
  world.start();
  await until('2027-01-12T00:00:00Z');
  expect(world.begun).toEqual(['2027-01-10T01:35:00Z schedule', '2027-01-11T01:35:00Z schedule']);
  expect(world.note?.owed).toEqual({ cause: 'schedule', due: new Date('2027-01-12T01:30:00Z'), begun: 0 });
});

test.each([
  {
    change: 'in spring',
    day: '2027-03-28',
    night: '2027-03-28T01:41:00Z missed',
    after: '2027-03-29T00:35:00Z schedule',
  },
  {
    change: 'in autumn',
    day: '2027-10-31',
    night: '2027-10-31T01:35:00Z schedule',
    after: '2027-11-01T01:35:00Z schedule',
  },
])('one run a night where the clock is changed $change', async ({ day, night, after }) => {
  vi.setSystemTime(new Date(`${day}T00:00:00Z`));
  world.start();
  await vi.advanceTimersByTimeAsync(28 * HOUR);
  expect(world.begun).toEqual([night, after]);
});

test('a machine that slept, or whose clock was set forward, makes up for the night', async () => {
  world.start();
  await until('2027-01-10T01:00:00Z');
  vi.setSystemTime(new Date('2027-01-10T07:00:00Z'));
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(world.begun).toEqual(['2027-01-10T07:01:00Z missed']);
  await until('2027-01-11T02:00:00Z');
  expect(world.begun.slice(1)).toEqual(['2027-01-11T01:35:00Z schedule']);
});

test('a clock that was years ahead is no reason to wait for years', async () => {
  vi.setSystemTime(new Date('2030-01-01T00:00:00Z'));
  world.start();
  await vi.advanceTimersByTimeAsync(MINUTE);
  vi.setSystemTime(new Date('2027-01-10T00:00:00Z'));
  await until('2027-01-10T02:00:00Z');
  expect(world.begun).toHaveLength(1);
});

test('killed while it waits for its jitter: made up for by the next process', async () => {
  world.start();
  await until('2027-01-10T01:33:00Z');
  kill();
  expect(world.begun).toEqual([]);
  world.start();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(world.begun).toEqual(['2027-01-10T01:33:00Z missed']);
});

test('killed in the run: made up for once, and no more', async () => {
  world.nightTakes(10 * HOUR);
  world.start();
  await until('2027-01-10T01:40:00Z');
  for (let restart = 0; restart < 3; restart += 1) {
    kill();
    world.start();
    await vi.advanceTimersByTimeAsync(MINUTE);
  }
  expect(world.begun).toEqual(['2027-01-10T01:35:00Z schedule', '2027-01-10T01:40:00Z missed']);
  expect(world.messages).toContain('given up: it was begun twice, and its process was killed');
  world.nightTakes(0);
  await until('2027-01-11T02:00:00Z');
  expect(world.begun.slice(2)).toEqual(['2027-01-11T01:35:00Z schedule']);
});

test('a run whose own process is killed, for want of memory, is made up for once', async () => {
  world.nightEnds({ exitCode: 70, isKilled: true });
  world.start();
  await until('2027-01-10T04:00:00Z');
  expect(world.begun).toEqual(['2027-01-10T01:35:00Z schedule', '2027-01-10T01:41:00Z missed']);
});

test('stopped in the run: the next process makes it, however often that is', async () => {
  world.nightTakes(HOUR);
  for (let start = 0; start < 3; start += 1) {
    const stop = world.start();
    await until(`2027-01-10T01:4${String(start)}:30Z`);
    await stop();
  }
  expect(world.begun).toEqual([
    '2027-01-10T01:35:00Z schedule',
    '2027-01-10T01:40:30Z missed',
    '2027-01-10T01:41:30Z missed',
  ]);
  expect(world.note?.owed).toMatchObject({ due: new Date('2027-01-10T01:30:00Z'), begun: 0 });
});

test('while another run uses the cache it waits, says so once, and is not lost', async () => {
  world.isCacheInUse = true;
  world.start();
  await until('2027-01-10T02:30:30Z');
  expect(world.begun).toEqual([]);
  expect(world.messages.filter((each) => each.startsWith('another ingot'))).toHaveLength(1);
  world.isCacheInUse = false;
  await until('2027-01-10T03:00:00Z');
  expect(world.begun).toEqual(['2027-01-10T02:31:00Z missed']);
});

test('what is due during a run is left out, and said', async () => {
  world.nightTakes(90 * MINUTE);
  world.start({ cron: '0 * * * *' });
  await until('2027-01-10T03:30:00Z');
  expect(world.begun).toEqual(['2027-01-10T01:05:00Z schedule', '2027-01-10T03:05:00Z schedule']);
  expect(world.messages).toContain('the run before is still under way: this one is left out');
});

test('a night that could not start is told, and does not end the schedule', async () => {
  world.nightFails(new Error('cannot start: no space left on device'));
  world.start();
  await until('2027-01-12T00:00:00Z');
  expect(world.begun).toHaveLength(2);
  expect(world.messages).toContain('run could not start');
});

test('a note that cannot be written is told, and ends neither the run nor the schedule', async () => {
  world.isDiskFull = true;
  world.start();
  await until('2027-01-12T00:00:00Z');
  expect(world.begun).toHaveLength(2);
  expect(world.messages).toContain('cannot note what is owed');
});
