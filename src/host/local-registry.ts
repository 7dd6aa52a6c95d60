import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, FactoryError } from '../model/index.ts';
import type { Send } from '../oci/index.ts';
import type { ProcessRunner } from './process.ts';
import { configFile, isOurs, readKept, removeKept, writeConfig, writeKept } from './registry-state.ts';
import type { KeptRegistry } from './registry-state.ts';

/** A registry on this machine: Debian's docker-registry as a process, with its own configuration and folder. */
export interface LocalRegistry {
  /** `127.0.0.1:37123` */
  readonly address: string;
  /** Ends the process, unless it is the one that `ingot local start` keeps. */
  readonly stop: () => Promise<void>;
}

export interface LocalRegistryOptions {
  /** Path of the docker-registry program. */
  readonly program: string;
  /** In which `setpriv` of the same tools is found. */
  readonly environment: Readonly<Record<string, string>>;
  /** Configuration, content and log. Content outlives the process. */
  readonly folder: string;
  /** Loopback port, 0 for any: the same every night, so that references stay what they were. */
  readonly port: number;
}

export interface LocalRegistryDeps {
  readonly processes: ProcessRunner;
  readonly send: Send;
  readonly signal: AbortSignal;
}

const START_TIMEOUT_MS = 15_000;
const POLL_MS = 25;
const STOP_GRACE_MS = 5_000;
/** Someone else may take the free port between asking for it and using it. */
const START_ATTEMPTS = 3;

/**
 * The registry for one run: the kept one if there is one, else a process of its own on the port, or on another if
 * that is taken. Runs never share a process, or the first to end would stop the others'; the content they share.
 */
export async function startLocalRegistry(
  options: LocalRegistryOptions,
  deps: LocalRegistryDeps,
): Promise<LocalRegistry> {
  const kept = await readKept(options.folder);
  if (kept !== undefined && (await untilAnswers(kept.address, deps))) {
    return { address: kept.address, stop: () => Promise.resolve() };
  }
  for (let attempt = 1; ; attempt += 1) {
    const registry = await tryStart(options, deps);
    if (registry !== undefined) {
      return registry;
    }
    if (attempt === START_ATTEMPTS) {
      throw await startError(options.folder);
    }
  }
}

/** Undefined when the process ended before it answered. */
async function tryStart(
  { folder, program, environment, port }: LocalRegistryOptions,
  deps: LocalRegistryDeps,
): Promise<LocalRegistry | undefined> {
  deps.signal.throwIfAborted();
  const address = `127.0.0.1:${await bindablePort(port).catch(() => bindablePort(0))}`;
  await writeConfig(folder);
  // a kill -9 of ingot itself ends it too
  const argv = ['setpriv', '--pdeathsig=KILL', program, 'serve', configFile(folder)];
  const name = randomUUID();
  const env = { ...environment, ...serving(address, name) };
  const child = await deps.processes.start(argv, { env, logFile: logFile(folder) });
  const isUp = await Promise.race([untilAnswers(address, deps, name), child.ended.then(() => false)]);
  if (!isUp) {
    await child.stop(STOP_GRACE_MS);
    return undefined;
  }
  return { address, stop: () => child.stop(STOP_GRACE_MS) };
}

/** For `ingot local start`: a process that outlives this one, on a port that does not change. */
export async function keepLocalRegistry(
  { folder, program, port }: LocalRegistryOptions,
  deps: LocalRegistryDeps,
): Promise<KeptRegistry> {
  const running = await readKept(folder);
  if (running !== undefined && (await untilAnswers(running.address, deps))) {
    return running;
  }
  await stopKeptRegistry(folder);
  const address = `127.0.0.1:${await bindablePort(port)}`;
  await writeConfig(folder);
  // The shell ends at once and prints the pid; setsid keeps the registry from the terminal's signals.
  const script = 'setsid "$1" serve "$2" </dev/null >>"$3" 2>&1 & echo $!';
  const argv = ['/bin/sh', '-c', script, 'sh', program, configFile(folder), logFile(folder)];
  const name = randomUUID();
  const { stdout } = await deps.processes.run(argv, { env: serving(address, name), signal: deps.signal });
  const kept: KeptRegistry = { pid: Number(stdout.trim()), address };
  await writeKept(folder, kept);
  if (!(await untilAnswers(address, deps, name)) || !(await isOurs(kept.pid, folder))) {
    await stopKeptRegistry(folder);
    throw await startError(folder);
  }
  return kept;
}

/** For `ingot local stop`; false when none is running. */
export async function stopKeptRegistry(folder: string): Promise<boolean> {
  const running = await readKept(folder);
  if (running !== undefined) {
    const deadline = Date.now() + STOP_GRACE_MS;
    signal(running.pid, 'SIGTERM');
    while (await isOurs(running.pid, folder)) {
      if (Date.now() > deadline) {
        signal(running.pid, 'SIGKILL');
      }
      await delay(POLL_MS);
    }
  }
  await removeKept(folder);
  return running !== undefined;
}

/** It may have ended by itself meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}

/** A header of its answers, by which a process is told from another that took the port a moment before. */
const NAME_HEADER = 'ingot-registry';

/** What differs between processes of one configuration: docker-registry takes any of its fields from the environment. */
function serving(address: string, name: string): Readonly<Record<string, string>> {
  return {
    REGISTRY_HTTP_ADDR: address,
    REGISTRY_HTTP_SECRET: randomBytes(16).toString('hex'),
    REGISTRY_HTTP_HEADERS: JSON.stringify({ [NAME_HEADER]: [name] }),
  };
}

function logFile(folder: string): string {
  return path.join(folder, 'registry.log');
}

/** The port, if nobody listens on it; 0 finds a free one. */
async function bindablePort(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `cannot start the local registry: port ${port} is taken`;
      reject(
        new FactoryError('HOST_UNSUPPORTED', message, {
          hint: 'wait for the run that uses it, or end what listens there',
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  });
}

/** With a name, no other process counts: pushing to somebody else's registry would mix what two runs make. */
async function untilAnswers(address: string, deps: LocalRegistryDeps, name?: string): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !deps.signal.aborted) {
    const answered = await answeredBy(address, deps);
    if (answered !== undefined && (name === undefined || answered === name)) {
      return true;
    }
    await delay(POLL_MS);
  }
  return false;
}

/** OCI distribution spec 1.1 "Determining Support" (end-1): the name that the registry has, '' for one that has none. */
async function answeredBy(address: string, { send, signal }: LocalRegistryDeps): Promise<string | undefined> {
  try {
    const url = new URL(`http://${address}/v2/`);
    const { status, headers } = await send({ method: 'GET', url, headers: {}, maxBytes: 1024, signal });
    return status === 200 ? (headers[NAME_HEADER] ?? '') : undefined;
  } catch {
    return undefined;
  }
}

async function startError(folder: string): Promise<FactoryError> {
  const log = await readFile(logFile(folder), 'utf8').catch(() => '');
  const last = log.trim().split('\n').at(-1) ?? '';
  return new FactoryError('TOOL_FAILED', `cannot start the local registry: ${last || 'it did not answer'}`, {
    hint: `see "${logFile(folder)}"`,
  });
}
