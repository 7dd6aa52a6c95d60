import type { Machine } from '../support/ingot.ts';
import type { Part } from './part.ts';
import { peakOf } from './peak-of.ts';
import { time, timingLines } from './timing.ts';

const RUNS = 5;
/** Of two Debian releases: every package differs, so that every changelog is read. */
const IMAGES = ['python-3.13', 'python-3.11'];

const GOAL_SECONDS = 2;
const MAX_MEGABYTES = 300;

/** `ingot diff` with the local registry running: both images' layers, their attestations and the changelogs. */
export async function difference(warm: Machine, named: readonly string[]): Promise<Part> {
  const [before, after] = named.length === 0 ? IMAGES : named;
  if (before === undefined || after === undefined) {
    return { lines: ['ingot diff: not measured, name two images'], misses: [] };
  }
  const peaks: number[] = [];
  await warm.ingotThatExits(0, ['local', 'start']);
  const timing = await time(`ingot diff ${before} ${after}, local registry`, RUNS, {
    task: async () => {
      peaks.push(await peakOf(['diff', before, after], warm));
      return undefined;
    },
  });
  await warm.ingotThatExits(0, ['local', 'stop']);
  const peak = Math.max(...peaks) / 1e6;
  return {
    lines: [
      ...timingLines([timing]),
      `  at most ${GOAL_SECONDS.toFixed(1)} s where nothing else runs; peak memory ${peak.toFixed(0)} MB, at most ${MAX_MEGABYTES.toFixed(0)} MB`,
    ],
    misses:
      peak <= MAX_MEGABYTES ? [] : [`diff: expected at most ${MAX_MEGABYTES} MB, got ${peak.toFixed(0)}`],
  };
}
