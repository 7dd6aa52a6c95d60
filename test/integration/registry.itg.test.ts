import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { keepLocalRegistry, startLocalRegistry, stopKeptRegistry } from '../../src/host/local-registry.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import type { Tag } from '../../src/model/index.ts';
import { publish } from '../../src/stages/publish/index.ts';
import { gatedImage } from '../support/gated-image.ts';
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

  test('what a killed run left behind is ended', async () => {
    const options = await optionsFor();
    const left = await startLocalRegistry(options, deps);
    const stateFile = path.join(options.folder, 'running.json');
    const state: object = JSON.parse(await readFile(stateFile, 'utf8'));
    // No process has this pid: the owner is dead.
    await writeFile(stateFile, JSON.stringify({ ...state, owner: 4_194_305 }));
    const next = await startLocalRegistry(options, deps);
    try {
      expect(await isUp(left.address)).toBe(false);
      expect(await isUp(next.address)).toBe(true);
    } finally {
      await next.stop();
    }
  });

  test('two commands share one process, and only its owner stops it', async () => {
    const options = await optionsFor();
    const owner = await startLocalRegistry(options, deps);
    try {
      const guest = await startLocalRegistry(options, deps);
      expect(guest.address).toBe(owner.address);
      await guest.stop();
      expect(await isUp(owner.address)).toBe(true);
    } finally {
      await owner.stop();
    }
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

  test('does not share a port with anything else', async () => {
    const options = await optionsFor();
    const other = await startLocalRegistry(options, deps);
    try {
      const port = Number(other.address.split(':')[1]);
      const second = keepLocalRegistry({ ...(await optionsFor()), port }, deps);
      await expect(second).rejects.toMatchObject({ code: 'HOST_UNSUPPORTED' });
    } finally {
      await other.stop();
    }
  });
});
