import { cp } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapInPool } from '../../src/model/index.ts';
import { greeterCatalog, type GreeterCatalog } from '../support/greeter-catalog.ts';
import { freshMachine, releasedDigests, type FinishedRun, type Machine } from '../support/ingot.ts';
import { toolPath } from '../support/tools.ts';

const NAMES = ['east', 'north', 'south', 'west'];
/** Five names in four shares: the first has the first and the last. */
const FIRST_SHARE = ['east-1', 'west-1'];
const OTHER_SHARES = ['north-1', 'south-1', 'static-13'];

let catalog: GreeterCatalog;
let single: Machine;
/** Machines of their own, but for the registry and the key: that is what shards have in common. */
let shards: readonly Machine[];
let first: Machine;
let last: Machine;
let common: Readonly<Record<string, string>>;

beforeAll(async () => {
  // fills the cache that fresh machines share
  await toolPath('cosign');
  [single, first, last] = [await freshMachine(), await freshMachine(), await freshMachine()];
  shards = [first, await freshMachine(), await freshMachine(), last];
  catalog = await greeterCatalog(path.join(single.folder, 'catalog'), NAMES);
  const { exitCode, output } = await night(single);
  expect(exitCode, output).toBe(0);
  await cp(path.join(single.folder, 'config'), path.join(first.folder, 'config'), { recursive: true });
  const { XDG_DATA_HOME = '', XDG_CONFIG_HOME = '' } = first.environment;
  common = { XDG_DATA_HOME, XDG_CONFIG_HOME };
  await first.ingotThatExits(0, ['local', 'start']);
});

afterAll(async () => {
  await first.ingot(['local', 'stop']);
  await catalog[Symbol.asyncDispose]();
  for (const machine of [single, ...shards]) {
    await machine.remove();
  }
});

function night(machine: Machine, options: readonly string[] = [], env = {}): Promise<FinishedRun> {
  return machine.ingot(['--catalog', catalog.folder, 'nightly', ...options], { env });
}

/** Ends with a kill -9 of the process, once a first image is built. */
async function killedNight(machine: Machine, options: readonly string[]): Promise<string> {
  const argv = ['--catalog', catalog.folder, 'nightly', ...options];
  const running = await machine.startIngot(argv, ' build ', common);
  process.kill(running.pid, 'SIGKILL');
  await running.ended;
  return 'killed';
}

describe('four shards against one registry', () => {
  it('make their shares at the same time, while one of them is killed', async () => {
    const ended = await mapInPool(pLimit(shards.length), [...shards.entries()], async ([at, machine]) => {
      const shard = ['--shard', `${String(at + 1)}/${String(shards.length)}`];
      return machine === first ? killedNight(machine, shard) : (await night(machine, shard, common)).exitCode;
    });
    expect(ended).toEqual(['killed', 0, 0, 0]);
    const released: string[] = [];
    for (const machine of shards.slice(1)) {
      released.push(...Object.keys(await releasedDigests(machine)));
    }
    expect(released.sort()).toEqual(OTHER_SHARES);
  });

  it('lose nothing: the next run makes what is missing, and finds the rest as it is', async () => {
    const { exitCode, output } = await night(last, [], common);
    expect(exitCode, output).toBe(0);
    const { images } = await last.report();
    const released = images.filter(({ outcome }) => outcome === 'released').map(({ id }) => id);
    const unchanged = images.filter(({ outcome }) => outcome === 'unchanged').map(({ id }) => id);
    expect([...released, ...unchanged].sort()).toEqual([...FIRST_SHARE, ...OTHER_SHARES].sort());
    expect(unchanged).toEqual(expect.arrayContaining(OTHER_SHARES));
    const ids = [...FIRST_SHARE, ...OTHER_SHARES];
    const verified = await last.ingot(['--catalog', catalog.folder, 'verify', ...ids], { env: common });
    expect(verified.exitCode, verified.output).toBe(0);
  });

  it('made what one process makes', async () => {
    expect(await releasedDigests(last)).toEqual(await releasedDigests(single));
  });
});
