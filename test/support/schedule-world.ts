import { pino } from 'pino';
import type { RunCause, Schedule } from '../../src/model/index.ts';
import {
  createMetrics,
  runSchedule,
  type NightEnd,
  type Note,
  type SuiteDates,
} from '../../src/schedule/index.ts';

const SCHEDULE: Schedule = {
  cron: '30 2 * * *',
  timeZone: 'Europe/Berlin',
  jitterMinutes: 10,
  watchMinutes: 60,
};

/** What is there whether a schedule's process is or not: its note, other runs, the archives. For tests with a fake clock. */
export interface ScheduleWorld {
  note: Note | undefined;
  isCacheInUse: boolean;
  isDiskFull: boolean;
  suites: SuiteDates;
  isFixDue: (signal: AbortSignal) => Promise<boolean>;
  /** `2027-01-10T01:35:00Z schedule` */
  readonly begun: readonly string[];
  readonly messages: readonly string[];
  nightTakes(ms: number): void;
  nightEnds(end: NightEnd): void;
  nightFails(error: Error): void;
  /** A process; what it gives back stops it as SIGTERM does. */
  start(schedule?: Partial<Schedule>): () => Promise<void>;
}

interface Line {
  readonly msg: string;
  readonly time: number;
  readonly cause?: RunCause;
}

export function scheduleWorld(): ScheduleWorld {
  const lines: Line[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
  let takesMs = 0;
  let nightEnd: () => Promise<NightEnd> = () => Promise.resolve({ exitCode: 0 });
  const world: ScheduleWorld = {
    note: undefined,
    isCacheInUse: false,
    isDiskFull: false,
    suites: { 'trixie-security': 'a' },
    isFixDue: () => Promise.resolve(true),
    get begun() {
      return lines
        .filter(({ msg }) => msg === 'run started')
        .map(({ time, cause = '' }) => `${new Date(time).toISOString().replace('.000', '')} ${cause}`);
    },
    get messages() {
      return lines.map(({ msg }) => msg);
    },
    nightTakes: (ms) => (takesMs = ms),
    nightEnds: (end) => (nightEnd = () => Promise.resolve(end)),
    nightFails: (error) => (nightEnd = () => Promise.reject(error)),
    start: (schedule = {}) => {
      const { signal, stop } = createStop();
      const ended = runSchedule(
        { ...SCHEDULE, ...schedule },
        {
          log,
          metrics: createMetrics(),
          night: async () => ((await hasTime(takesMs, signal)) ? nightEnd() : { exitCode: 130 }),
          isCacheInUse: () => Promise.resolve(world.isCacheInUse),
          suiteDates: () => Promise.resolve(world.suites),
          isFixDue: () => world.isFixDue(signal),
          noted: () => Promise.resolve(world.note),
          writeNote: (note) => {
            if (world.isDiskFull) {
              return Promise.reject(new Error('no space left on device'));
            }
            world.note = note;
            return Promise.resolve();
          },
          signal,
        },
      );
      return async () => {
        stop();
        await ended;
      };
    },
  };
  return world;
}

function createStop(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
}

/** False where it was stopped before. */
function hasTime(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(true), ms);
    signal.addEventListener('abort', () => resolve(false));
  });
}
