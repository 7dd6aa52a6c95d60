import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { processesOf } from '../support/leftovers.ts';
import { REPOSITORY } from '../support/repository.ts';
import { smallDisk, whyNoSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { toolPath } from '../support/tools.ts';

let refusal: string | undefined;

beforeAll(async () => {
  refusal = await whyNoSmallDisk();
  // fills the cache that fresh machines share
  await toolPath('cosign');
});

/** All that it tells on stderr, of which a run that fails is known for. */
const NIGHTLY = `'${process.execPath}' '${REPOSITORY}/src/start.js' --catalog '${REPOSITORY}' nightly static >&2`;

interface FullNight {
  readonly stage: string;
  readonly disk: SmallDisk;
  readonly says: string;
  /** Enough for the nights after it. */
  readonly enough: string;
}

async function fullNights(machine: Machine): Promise<readonly FullNight[]> {
  const cache = join(machine.environment['XDG_CACHE_HOME'] ?? '', 'ingot');
  const toolbox = await smallDisk('size=60m', join(cache, 'toolbox'));
  return [
    {
      stage: 'render',
      disk: await smallDisk('size=12k', join(machine.folder, 'out')),
      says: 'the disk is full (ENOSPC, write)',
      enough: '20m',
    },
    { stage: 'build', disk: toolbox, says: 'the disk is full (ENOSPC, write)', enough: '105m' },
    {
      stage: 'build',
      disk: await smallDisk('size=100m', join(cache, 'engine')),
      says: 'no space left on device',
      enough: '2g',
    },
    { stage: 'build', disk: toolbox, says: 'no space left on device', enough: '1g' },
    {
      stage: 'publish',
      disk: await smallDisk('size=1m', join(machine.dataDir, 'registry')),
      says: 'is full',
      enough: '1g',
    },
  ];
}

test('nights on full disks fail as such, each in its stage, and with room the image is released', async ({
  skip,
}) => {
  skip(refusal !== undefined, refusal);
  const machine = await freshMachine();
  onTestFinished(() => machine.remove());
  for (const { stage, disk, says, enough } of await fullNights(machine)) {
    const { exitCode, output } = await machine.shell(NIGHTLY);
    expect([stage, exitCode]).toEqual([stage, 3]);
    expect(output).toContain(`static-13 failed in ${stage} (STORAGE_FAILED)`);
    expect(output).toContain(says);
    expect(await processesOf(machine.folder)).toEqual([]);
    expect((await disk.files()).filter((file) => /\.part$|unfinished/.test(file))).toEqual([]);
    await disk.grow(enough);
  }
  const { output } = await machine.ingot(['nightly', 'static']);
  expect(output).toContain('1 released');
});
