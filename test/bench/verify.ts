import type { Machine } from '../support/ingot.ts';
import type { Part } from './part.ts';
import { time, timingLines } from './timing.ts';

const RUNS = 5;
const IMAGE = 'python-3.13';
const GOAL_SECONDS = 1.5;

/** `ingot verify` as an auditor types it, with the local registry running: layers pulled, and every check made. */
export async function verification(warm: Machine, named: readonly string[]): Promise<Part> {
  const image = named[0] ?? IMAGE;
  await warm.ingotThatExits(0, ['local', 'start']);
  const timing = await time(`ingot verify ${image}, local registry`, RUNS, {
    task: async () => {
      await warm.ingotThatExits(0, ['verify', image]);
      return undefined;
    },
  });
  await warm.ingotThatExits(0, ['local', 'stop']);
  const goal = `  at most ${GOAL_SECONDS.toFixed(1)} s where nothing else runs`;
  return { lines: [...timingLines([timing]), goal], misses: [] };
}
