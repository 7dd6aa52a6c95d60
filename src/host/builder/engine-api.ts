import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { FactoryError } from '../../model/index.ts';

// What any engine of ours is asked for, wherever it runs.

/** User-defined network that containers are attached to; the default bridge is off. */
export const NETWORK = 'ingot';

const START_TIMEOUT_MS = 60_000;
const START_POLL_MS = 50;

/** An engine that was started just now. */
export interface StartingEngine {
  /** Settles when it ends. */
  readonly ended: Promise<unknown>;
  readonly logFile: string;
  /** What it needs, if it does not come up. */
  readonly hint: string;
}

export async function untilReady(
  docker: Docker,
  { ended, logFile, hint }: StartingEngine,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  const state = { ended: false };
  void ended.then(() => {
    state.ended = true;
  });
  while (!(await isUp(docker))) {
    signal.throwIfAborted();
    if (state.ended || performance.now() > deadline) {
      const why = state.ended ? 'it ended' : `it did not answer within ${String(START_TIMEOUT_MS / 1000)} s`;
      const message = `cannot start the builder: ${why}: ${await lastLines(logFile)}`;
      throw new FactoryError('ENGINE_FAILED', message, { hint });
    }
    await delay(START_POLL_MS);
  }
}

async function isUp(docker: Docker): Promise<boolean> {
  try {
    await docker.ping();
    return true;
  } catch {
    return false;
  }
}

async function lastLines(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-5).join('\n');
}

/** Containers of a run that was killed. */
export async function removeContainers(docker: Docker): Promise<void> {
  for (const { Id } of await docker.listContainers({ all: true })) {
    await docker.getContainer(Id).remove({ force: true });
  }
}

/**
 * What an engine of ours was given to be tested. Images share layers, and each would be unpacked again for the next
 * image if it went with the one before: so all go at the end of a run, or with the start after one that was killed.
 */
export async function removeImages(docker: Docker): Promise<void> {
  for (const { Id } of await docker.listImages()) {
    await removeImage(docker, Id);
  }
}

/**
 * Down to what BuildKit may keep. It does so by itself, but a minute after a build, when most runs are over.
 * dockerode's own `pruneBuilder` passes no options on.
 */
export function pruneBuildCache(docker: Docker, keptBytes: number): Promise<void> {
  const request = {
    path: '/build/prune?',
    method: 'POST',
    options: { all: true, 'keep-storage': keptBytes },
    statusCodes: { 200: true, 500: 'server error' },
  };
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error: unknown) => {
      if (error === null || error === undefined) {
        resolve();
      } else {
        reject(error instanceof Error ? error : new Error('the engine did not answer'));
      }
    });
  });
}

/** The bridge has a name of ours, so that no other engine's is touched. */
export async function ensureNetwork(docker: Docker, bridge: string): Promise<void> {
  const [existing] = await docker.listNetworks({ filters: { name: [NETWORK] } });
  if (existing === undefined) {
    await docker.createNetwork({ Name: NETWORK, Options: { 'com.docker.network.bridge.name': bridge } });
  }
}

export async function removeImage(docker: Docker, name: string): Promise<void> {
  await unlessAbsent(docker.getImage(name).remove({ force: true }));
}

/** dockerode's errors have the API's status. */
export async function unlessAbsent(removal: Promise<unknown>): Promise<boolean> {
  try {
    await removal;
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) {
      throw error;
    }
    return false;
  }
}
