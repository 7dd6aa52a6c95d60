import { join } from 'node:path';
import type { Report } from '../../src/report/index.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { time, timingLines, type Timing } from './timing.ts';

/** One image of each kind of input, for figures that can be had in minutes. */
const FOUR = ['static-13', 'base-13', 'node-24', 'python-3.13'];

const CATALOG_RUNS = 1;
const COLD_RUNS = 3;
const IDLE_RUNS = 5;

/** Whole runs, from empty caches and with nothing to do; and whether the same catalog gave the same digests. */
export async function nightLines(warm: Machine): Promise<readonly string[]> {
  const first = await warm.report();
  const again: Report[] = [];
  const timings = [
    await coldTiming(warm, { images: [], name: 'the whole catalog', runs: CATALOG_RUNS, reports: again }),
    await coldTiming(warm, { images: FOUR, name: 'four images', runs: COLD_RUNS }),
    await idleTiming(warm),
  ];
  return [
    'median, range',
    '',
    ...timingLines(timings),
    '',
    ...again.map((report) => equalityLine(first, report)),
  ];
}

/** Both were built from empty caches, on machines that share nothing but downloads. */
function equalityLine(first: Report, second: Report): string {
  const digests = new Map(first.images.map(({ id, ref }) => [id, digestOf(ref)]));
  const other = second.images.filter(
    ({ id, ref }) => digestOf(ref) === undefined || digestOf(ref) !== digests.get(id),
  );
  const named = other.length === 0 ? '' : `: not ${other.map(({ id }) => id).join(', ')}`;
  const count = second.images.length;
  return `${String(count - other.length)} of ${String(count)} index digests are those of the first night${named}`;
}

function digestOf(ref: string | null): string | undefined {
  return ref?.split('@')[1];
}

interface ColdNight {
  /** Ids; all of the catalog without any. */
  readonly images: readonly string[];
  readonly name: string;
  readonly runs: number;
  /** Gets what each run reported. */
  readonly reports?: Report[];
}

async function coldTiming(warm: Machine, { images, name, runs, reports }: ColdNight): Promise<Timing> {
  let machine: Machine | undefined;
  const timing = await time(`ingot nightly, ${name}, cold (downloads aside)`, runs, {
    prepare: async () => {
      await machine?.remove();
      machine = await freshMachine(join(warm.folder, 'cache/ingot/content'));
    },
    task: async () => {
      await machine?.ingot(['nightly', ...images]);
      return undefined;
    },
  });
  if (machine !== undefined) {
    reports?.push(await machine.report());
  }
  await machine?.remove();
  return timing;
}

function idleTiming(warm: Machine): Promise<Timing> {
  return time('ingot nightly, the whole catalog, nothing to do', IDLE_RUNS, {
    task: async () => {
      await warm.ingot(['nightly']);
      return undefined;
    },
  });
}
