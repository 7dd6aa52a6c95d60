import { pino } from 'pino';
import { expect, test } from 'vitest';
import { FactoryError, type RunCause, type Schedule } from '../../../src/model/index.ts';
import {
  createMetrics,
  startSchedule,
  type NightEnd,
  type ScheduleDeps,
} from '../../../src/schedule/index.ts';

/** Never due while a test runs. */
const SCHEDULE: Schedule = {
  cron: '0 0 1 1 *',
  timeZone: 'Europe/Berlin',
  jitterMinutes: 0,
  watchMinutes: 1,
};

interface Lived {
  readonly causes: readonly RunCause[];
  readonly messages: readonly string[];
  readonly noted: readonly Date[];
}

/** A schedule that is stopped as soon as a night ran, or the archives were looked at. */
async function lived(deps: Partial<ScheduleDeps>, schedule = SCHEDULE): Promise<Lived> {
  const stop = new AbortController();
  const causes: RunCause[] = [];
  const messages: string[] = [];
  const noted: Date[] = [];
  const metrics = createMetrics();
  const log = pino({}, { write: (line: string) => messages.push((JSON.parse(line) as { msg: string }).msg) });
  const schedules = startSchedule(schedule, {
    log,
    metrics: {
      ...metrics,
      observe: (_: NightEnd, cause: RunCause) => {
        causes.push(cause);
        stop.abort();
      },
    },
    night: () => Promise.resolve({ exitCode: 0 }),
    suiteDates: () => {
      stop.abort();
      return Promise.resolve({});
    },
    isFixDue: () => Promise.resolve(false),
    noted: () => Promise.resolve(undefined),
    note: (next) => {
      noted.push(next);
      return Promise.resolve();
    },
    signal: stop.signal,
    ...deps,
  });
  await schedules.ended;
  return { causes, messages, noted };
}

test('waits, and says until when, in the zone of the team', async () => {
  const { causes, messages } = await lived({});
  expect(causes).toEqual([]);
  expect(messages).toEqual(['waiting', 'stopping']);
});

test('a night that was missed is made up for at once', async () => {
  const { causes } = await lived({ noted: () => Promise.resolve(new Date('2026-01-01T00:00:00Z')) });
  expect(causes).toEqual(['missed']);
});

test('a night that could not start is told, and does not end the schedule', async () => {
  const night = () => Promise.reject(new FactoryError('STORAGE_FAILED', 'cannot start: the disk is full'));
  const { causes, messages } = await lived({ night, noted: () => Promise.resolve(new Date(0)) });
  expect(causes).toEqual(['missed']);
  expect(messages).toContain('run could not start');
});

test('archives that cannot be looked at are told, and asked again later', async () => {
  const stop = new AbortController();
  const { messages } = await lived({
    signal: stop.signal,
    suiteDates: () => {
      stop.abort();
      return Promise.reject(new FactoryError('NETWORK_FAILED', 'cannot fetch: nobody answers'));
    },
  });
  expect(messages).toContain('cannot look at the security archives: cannot fetch: nobody answers');
});

test('notes when it is due, for the process after it', async () => {
  const stop = new AbortController();
  const noted: Date[] = [];
  await lived({
    signal: stop.signal,
    suiteDates: () => Promise.resolve({}),
    note: (next) => {
      noted.push(next);
      stop.abort();
      return Promise.resolve();
    },
  });
  // midnight in Berlin
  expect(noted.map((date) => date.toISOString().slice(4))).toEqual(['-12-31T23:00:00.000Z']);
});
