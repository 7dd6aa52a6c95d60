import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  keepLocalRegistry,
  startLocalRegistry,
  stopKeptRegistry,
  type LocalRegistry,
} from '../../src/host/local-registry.ts';
import { createProcessRunner, type ProcessRunner } from '../../src/host/process.ts';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import type { Tag } from '../../src/model/index.ts';
import { publish } from '../../src/stages/publish/index.ts';
import { gatedImage } from '../support/gated-image.ts';
import { REPOSITORY } from '../support/repository.ts';
import { clientFor } from '../support/registry.ts';
import { testPool } from '../support/signing.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { toolPath, toolsFolder } from '../support/tools.ts';

const deps = {
  processes: createProcessRunner(),
  send: createRegistrySend().send,
  signal: new AbortController().signal,
};
/** Above every port that the kernel hands out by itself. */
const FIXED_PORT = 61_977;

async function optionsFor() {
  return {
    program: await toolPath('docker-registry'),
    environment: toolEnvironment(await toolsFolder()),
    port: 0,
    folder: path.join(await temporaryFolder(), 'registry'),
  };
}

async function isUp(address: string): Promise<boolean> {
  return fetch(`http://${address}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function portOf(address: string): number {
  return Number(address.split(':')[1]);
}

describe('the registry of a run', () => {
  test('serves what is published, and is gone after the run; its content stays', async () => {
    const options = await optionsFor();
    const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const { digest } = image.tested.built.index;
    const first = await startLocalRegistry(options, deps);
    const names = ['golden/python', 'team-a/python'];
    try {
      const [repository = '', ...copies] = names.map((name) => `${first.address}/${name}`);
      await publish(image, { repository, copies }, { registry: clientFor(), pool: testPool() });
      expect(await clientFor().listTags(repository)).toEqual([]);
    } finally {
      await first.stop();
    }
    expect(await isUp(first.address)).toBe(false);
    const second = await startLocalRegistry(options, deps);
    try {
      for (const name of names) {
        expect(await clientFor().headManifest(`${second.address}/${name}`, digest)).toEqual({ digest });
      }
      expect(
        await clientFor().headManifest(`${second.address}/golden/python`, '3.13' as Tag),
      ).toBeUndefined();
    } finally {
      await second.stop();
    }
  });

  test('a killed run leaves no process behind', async () => {
    const { folder, program, environment } = await optionsFor();
    const logFile = path.join(await temporaryFolder(), 'log');
    const script = `
      const { startLocalRegistry } = await import('./src/host/local-registry.ts');
      const { createProcessRunner } = await import('./src/host/process.ts');
      const { createRegistrySend } = await import('./src/host/registry-send.ts');
      const { signal } = new AbortController();
      const deps = { processes: createProcessRunner(), send: createRegistrySend().send, signal };
      const { address } = await startLocalRegistry(${JSON.stringify({ folder, program, environment, port: 0 })}, deps);
      console.log(address + ' is up');
      setInterval(() => {}, 1000);`;
    const argv = [process.execPath, '--input-type=module', '--eval', script];
    const run = await deps.processes.start(argv, { logFile, cwd: REPOSITORY });
    await expect.poll(() => readFile(logFile, 'utf8'), { timeout: 20_000 }).toContain('is up');
    const address = (await readFile(logFile, 'utf8')).split(' ')[0] ?? '';
    expect(await isUp(address)).toBe(true);
    process.kill(run.pid, 'SIGKILL');
    await run.ended;
    await expect.poll(() => isUp(address)).toBe(false);
  });

  test('another registry that took the port a moment before is not taken for it', async () => {
    const options = await optionsFor();
    const foreign = await startLocalRegistry(options, deps);
    await foreign.stop();
    const taken: LocalRegistry[] = [];
    const processes: ProcessRunner = {
      ...deps.processes,
      start: async (argv, started) => {
        if (taken.length === 0) {
          taken.push(await startLocalRegistry({ ...options, port: portOf(foreign.address) }, deps));
        }
        return deps.processes.start(argv, started);
      },
    };
    const own = await startLocalRegistry(
      { ...options, port: portOf(foreign.address) },
      { ...deps, processes },
    );
    try {
      expect(taken.map(({ address }) => address)).toEqual([foreign.address]);
      expect(own.address).not.toBe(foreign.address);
    } finally {
      for (const { stop } of [own, ...taken]) {
        await stop();
      }
    }
    expect(await isUp(own.address)).toBe(false);
  });

  test('two runs at once share the content, and neither stops the other', async () => {
    const options = await optionsFor();
    const first = await startLocalRegistry(options, deps);
    const second = await startLocalRegistry({ ...options, port: portOf(first.address) }, deps);
    try {
      expect(second.address).not.toBe(first.address);
      const image = await gatedImage();
      const target = { repository: `${first.address}/golden/python`, copies: [] };
      const { ref } = await publish(image, target, { registry: clientFor(), pool: testPool() });
      await first.stop();
      const found = await clientFor().headManifest(`${second.address}/golden/python`, ref.digest);
      expect(found).toEqual({ digest: ref.digest });
    } finally {
      await first.stop();
      await second.stop();
    }
  });

  test('an aborted run starts none', async () => {
    const reason = new Error('stop');
    const started = startLocalRegistry(await optionsFor(), { ...deps, signal: AbortSignal.abort(reason) });
    await expect(started).rejects.toBe(reason);
  });

  test('a program that does not start is reported with its own words', async () => {
    const { folder } = await optionsFor();
    await expect(
      startLocalRegistry({ program: '/bin/false', environment: {}, folder, port: 0 }, deps),
    ).rejects.toMatchObject({
      code: 'TOOL_FAILED',
    });
  });
});

describe('the registry that is kept', () => {
  test('stays at its port until it is stopped; runs use it', async () => {
    const options = await optionsFor();
    const kept = await keepLocalRegistry({ ...options, port: FIXED_PORT }, deps);
    try {
      expect(kept.address).toBe(`127.0.0.1:${FIXED_PORT}`);
      expect(await keepLocalRegistry({ ...options, port: FIXED_PORT }, deps)).toEqual(kept);
      const run = await startLocalRegistry(options, deps);
      expect(run.address).toBe(kept.address);
      await run.stop();
      expect(await isUp(kept.address)).toBe(true);
    } finally {
      expect(await stopKeptRegistry(options.folder)).toBe(true);
    }
    expect(await isUp(kept.address)).toBe(false);
    expect(await stopKeptRegistry(options.folder)).toBe(false);
  });

  test('does not share a port, not even with a run of its own folder', async () => {
    const options = await optionsFor();
    const other = await startLocalRegistry(options, deps);
    try {
      const second = keepLocalRegistry({ ...options, port: portOf(other.address) }, deps);
      await expect(second).rejects.toMatchObject({ code: 'HOST_UNSUPPORTED' });
    } finally {
      await other.stop();
    }
  });
});
