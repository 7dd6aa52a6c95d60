import { join } from 'node:path';
import type { Report } from '../../src/report/index.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { ownCatalog } from '../support/repository.ts';
import type { Part } from './part.ts';
import { peakOf } from './peak-of.ts';
import { time, timingLines, type Timing } from './timing.ts';

/** One image of each kind of input, for figures that can be had in minutes. */
const FOUR = ['static-13', 'base-13', 'node-24', 'python-3.13'];

const CATALOG_RUNS = 1;
const COLD_RUNS = 3;
const IDLE_RUNS = 5;
const IDLE_GOAL_SECONDS = 5;
const IDLE_GOAL_MEGABYTES = 400;

/** What all layers, each stored once, may take of the sum of the images. */
const MAX_STORED = 0.6;

/** Whole runs, from empty caches and with nothing to do; and whether the same catalog gave the same digests. */
export async function nights(warm: Machine): Promise<Part> {
  const first = await warm.report();
  const again: Report[] = [];
  const timings = [
    await coldTiming(warm, { args: [], name: 'the whole catalog', runs: CATALOG_RUNS, reports: again }),
    await coldTiming(warm, await otherPlatform()),
    await coldTiming(warm, { args: FOUR, name: 'four images', runs: COLD_RUNS }),
  ];
  const idle = await idleNights(warm);
  const different = again.flatMap((report) => differentDigests(first, report));
  const { stored, sum } = first.layers;
  return {
    lines: [
      'median, range',
      '',
      ...timingLines(timings),
      ...idle.lines,
      '',
      `${String(first.images.length - different.length)} of ${String(first.images.length)} index digests are the same in both nights`,
      `layers: ${(stored / 1e6).toFixed(0)} MB stored, ${percent(stored / sum)} of the images' ${(sum / 1e6).toFixed(0)} MB`,
    ],
    misses: [
      ...idle.misses,
      ...different.map((id) => `${id}: another digest in the second night`),
      ...(stored / sum <= MAX_STORED
        ? []
        : [`layers: expected at most ${percent(MAX_STORED)}, got ${percent(stored / sum)}`]),
    ],
  };
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

/** Both were built from empty caches, on machines that share nothing but downloads. */
function differentDigests(first: Report, second: Report): readonly string[] {
  const digests = new Map(first.images.map(({ id, ref }) => [id, digestOf(ref)]));
  return second.images.filter(({ id, ref }) => digestOf(ref) !== digests.get(id)).map(({ id }) => id);
}

function digestOf(ref: string | null): string | undefined {
  return ref?.split('@')[1];
}

interface ColdNight {
  /** Image ids and options; all of the catalog without any. */
  readonly args: readonly string[];
  readonly name: string;
  readonly runs: number;
  /** 0 where it is absent. */
  readonly exitCode?: number;
  /** Gets what each run reported. */
  readonly reports?: Report[];
}

/** What a host adds that makes both platforms: it cannot run this one, so it builds and reads every runtime image, and blocks it. */
async function otherPlatform(): Promise<ColdNight> {
  const { entries } = await ownCatalog();
  const runtime = entries.filter(({ variant }) => variant === 'runtime').map(({ id }) => id);
  const other = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
  return {
    args: [...runtime, '--platform', other],
    name: `runtime images for ${other}, not run`,
    runs: 1,
    exitCode: 1,
  };
}

async function coldTiming(
  warm: Machine,
  { args, name, runs, exitCode = 0, reports }: ColdNight,
): Promise<Timing> {
  let machine: Machine | undefined;
  const timing = await time(`ingot nightly, ${name}, cold (downloads aside)`, runs, {
    prepare: async () => {
      await machine?.remove();
      machine = await freshMachine(join(warm.folder, 'cache/ingot/content'));
    },
    task: async () => {
      await machine?.ingotThatExits(exitCode, ['nightly', ...args]);
      return undefined;
    },
  });
  if (machine !== undefined) {
    reports?.push(await machine.report());
  }
  await machine?.remove();
  return timing;
}

/** With what earlier runs kept, and on a cache that has the downloads alone: nothing noted of archives, no builder. */
async function idleNights(warm: Machine): Promise<Part> {
  const kept: number[] = [];
  const keptNights = await time('ingot nightly, the whole catalog, nothing to do', IDLE_RUNS, {
    task: async () => {
      kept.push(await peakOf(['nightly'], warm));
      return undefined;
    },
  });
  const cold: number[] = [];
  let other: Machine | undefined;
  const coldNights = await time('the same, nothing kept but downloads', COLD_RUNS, {
    prepare: async () => {
      await other?.remove();
      other = await freshMachine(join(warm.folder, 'cache/ingot/content'));
    },
    task: async () => {
      cold.push(await peakOf(['nightly'], warm, { XDG_CACHE_HOME: join(other?.folder ?? '', 'cache') }));
      return undefined;
    },
  });
  await other?.remove();
  const [keptPeak, coldPeak] = [kept, cold].map((peaks) => Math.max(...peaks) / 1e6) as [number, number];
  return {
    lines: [
      ...timingLines([keptNights, coldNights]),
      `  peak memory ${keptPeak.toFixed(0)} MB, and ${coldPeak.toFixed(0)} MB where nothing is kept`,
      `  the first at most ${IDLE_GOAL_SECONDS.toFixed(1)} s where nothing else runs, and ${IDLE_GOAL_MEGABYTES.toFixed(0)} MB`,
    ],
    misses:
      keptPeak <= IDLE_GOAL_MEGABYTES
        ? []
        : [
            `nothing to do: expected at most ${IDLE_GOAL_MEGABYTES.toFixed(0)} MB of memory, got ${keptPeak.toFixed(0)} MB`,
          ],
  };
}
