import { createTask, parse } from 'node-cron';
import { FactoryError, type Schedule } from '../model/index.ts';

/** The first time that is due after another one. */
export type NextSlot = (after: Date) => Date;

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A 29 February that is a Monday comes after forty years at most. */
const MOST_DAYS = 41 * 366;

/**
 * What the zone's clock leaves out in spring is due as much later as it jumps, what it shows twice in autumn is due once.
 * node-cron matches the fields; by itself it knows only what comes after now, and leaves out what the clock does.
 */
export function createSlots({ cron, timeZone }: Pick<Schedule, 'cron' | 'timeZone'>): NextSlot {
  const { hour, minute } = parse(cron);
  const times = hour
    .flatMap((hours) => minute.map((minutes) => (hours * 60 + minutes) * MINUTE))
    .sort((left, right) => left - right);
  // of clocks as such, which never change
  const walls = createTask(cron, () => undefined, { timezone: 'UTC' });
  const offsetAt = createOffsets(timeZone);

  return (after) => {
    const now = after.getTime();
    const today = Math.floor((now + offsetAt(now)) / DAY) * DAY;
    // from yesterday on: where the clock jumps at midnight, what was due then is due today
    for (let day = today - DAY; day < today + MOST_DAYS * DAY; day += DAY) {
      const isDay = walls.match(new Date(day + (times[0] ?? 0)));
      const slots = isDay ? times.map((time) => instantOf(day + time, offsetAt)) : [];
      const due = slots.find((slot) => slot > now);
      if (due !== undefined) {
        return new Date(due);
      }
    }
    throw new FactoryError('CATALOG_INVALID', `cannot use the schedule: "${cron}" never comes`, {
      hint: 'schedule.cron in catalog.json: minute, hour, day of month, month, day of week, all of which must be true',
    });
  };
}

/** How much later than UTC the zone's clock is, in milliseconds. */
type OffsetAt = (instant: number) => number;

function createOffsets(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (instant) => {
    const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const {
      sign = '+',
      hours,
      minutes,
    } = /^GMT(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)$/.exec(name)?.groups ?? {};
    return Number(`${sign}1`) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
  };
}

/** When a clock shows `wall`: the second of two times; where it jumps over it, as if it had not jumped. */
function instantOf(wall: number, offsetAt: OffsetAt): number {
  const offset = offsetAt(wall + DAY);
  const later = wall - offset;
  return offsetAt(later) === offset ? later : wall - offsetAt(wall - DAY);
}
