import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { endedBelow } from '../support/leftovers.ts';

/** Stands for the engine of a user who is not root. */
let userEngine: TestEngine;
let machine: Machine;

beforeAll(async () => {
  userEngine = await startTestEngine();
  machine = await freshMachine();
});

afterAll(async () => {
  await machine.remove();
  await userEngine[Symbol.asyncDispose]();
});

function onUserEngine() {
  const env = {
    DOCKER_HOST: `unix://${userEngine.socket}`,
    INGOT_BUILDER: 'engine',
    XDG_RUNTIME_DIR: machine.folder,
  };
  return { env };
}

async function releasedDigest(from: Machine): Promise<string | undefined> {
  const { images } = await from.report();
  expect(images.map(({ outcome, error }) => ({ outcome, error }))).toEqual([
    { outcome: 'released', error: null },
  ]);
  return images[0]?.ref?.split('@')[1];
}

it("the builder makes the same bytes on this host and in the user's engine, where it leaves only its volume and image", async () => {
  await machine.ingot(['nightly', 'base'], onUserEngine());
  const inEngine = await releasedDigest(machine);
  expect(await userEngine.docker.listContainers({ all: true })).toEqual([]);
  const [image, ...others] = await userEngine.docker.listImages();
  const [volume] = (await userEngine.docker.listVolumes()).Volumes;
  expect(image?.RepoTags).toEqual([
    expect.stringMatching(`^ingot.local/${volume?.Name ?? ''}:[0-9a-f]{16}$`),
  ]);
  expect(others).toEqual([]);

  const other = await freshMachine();
  try {
    await other.ingot(['nightly', 'base']);
    expect(await releasedDigest(other)).toBe(inEngine);
  } finally {
    await other.remove();
  }
});

it('the builder ends with ingot, even with one that was killed', async () => {
  const args = ['nightly', 'static'];
  const docker = new Docker({ socketPath: userEngine.socket });
  const { pid, ended } = await machine.startIngot(args, 'starting the builder', onUserEngine().env);
  await until(async () => (await docker.listContainers()).length === 1);
  process.kill(pid, 'SIGKILL');
  await ended;
  await until(async () => (await docker.listContainers()).length === 0);
});

it("an engine takes leave of its containers' processes, which a limit would count else", async () => {
  await until(async () => (await endedBelow(process.pid)).length === 0);
});

it('cleaning takes away what the builder kept there', async () => {
  expect((await machine.ingot(['local', 'clean'], onUserEngine())).exitCode).toBe(0);
  expect(await userEngine.docker.listContainers({ all: true })).toEqual([]);
  expect(await userEngine.docker.listImages()).toEqual([]);
  expect((await userEngine.docker.listVolumes()).Volumes).toEqual([]);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
