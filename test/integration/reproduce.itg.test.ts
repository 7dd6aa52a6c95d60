import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBuilder } from '../../src/host/builder/index.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { builtLayers, publishedLayers } from '../support/exported.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { toolPath, toolsFolder } from '../support/tools.ts';

let machine: Machine;

beforeAll(async () => {
  // fills the cache that fresh machines share
  await toolPath('cosign');
  machine = await freshMachine();
  await machine.ingot(['nightly', 'static-13']);
});

afterAll(() => machine.remove());

describe('a released image', () => {
  it('is made again from the registry alone, byte for byte', async () => {
    const run = await machine.ingot(['reproduce', 'static-13']);
    expect(run.output).toContain('reproduced: the same index, manifests, configuration and layers');
    expect(run.exitCode).toBe(0);
  });

  it('is exported as a folder that plain buildx makes the same layers of', async () => {
    const folder = join(machine.folder, 'exported');
    await machine.ingot(['reproduce', 'static-13', '--export', folder]);
    const dataDir = join(machine.folder, 'user-engine');
    const places = {
      toolsDir: await toolsFolder(),
      dataDir,
      runtimeDir: '/run/ingot-plain',
      bridge: 'ingot-plain',
      buildCacheBytes: 8_000_000_000,
    };
    const { signal } = new AbortController();
    const engine = createBuilder(places, { runner: createProcessRunner(), signal });
    try {
      const { socket } = await engine.engine();
      expect(await builtLayers(folder, { DOCKER_HOST: `unix://${socket}` })).toEqual(
        await publishedLayers(machine, 'static', '13'),
      );
    } finally {
      await engine.stop();
    }
  });
});
