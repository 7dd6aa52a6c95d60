import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FactoryError } from '../model/index.ts';
import type { Send } from '../oci/index.ts';
import type { ProcessRunner } from './process.ts';
import { configFile, isLookedAfter, isOurs, readState, removeState, writeState } from './registry-state.ts';
import type { RegistryState } from './registry-state.ts';

/** A registry on this machine: Debian's docker-registry as a process, with its own configuration and folder. */
export interface LocalRegistry {
  /** `127.0.0.1:37123` */
  readonly address: string;
  /** Ends the process, unless another run or `ingot local start` looks after it. */
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
 * The registry for one run: the one that is up if someone looks after it, else a new process on its port, or on
 * another if that is taken. What a killed run left behind is ended first.
 */
export async function startLocalRegistry(
  options: LocalRegistryOptions,
  deps: LocalRegistryDeps,
): Promise<LocalRegistry> {
  const running = await readState(options.folder);
  if (running !== undefined && isLookedAfter(running) && (await answers(running.address, deps))) {
    return { address: running.address, stop: () => Promise.resolve() };
  }
  await endLeftover(options.folder, running);
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
  options: LocalRegistryOptions,
  deps: LocalRegistryDeps,
): Promise<LocalRegistry | undefined> {
  const { folder, program, environment, port } = options;
  const address = `127.0.0.1:${await bindablePort(port).catch(() => bindablePort(0))}`;
  await writeConfig(folder, address);
  // a kill -9 of ingot itself ends it too
  const argv = ['setpriv', '--pdeathsig=KILL', program, 'serve', configFile(folder)];
  const child = await deps.processes.start(argv, { env: environment, logFile: logFile(folder) });
  await writeState(folder, { pid: child.pid, address, owner: process.pid });
  const isUp = await Promise.race([untilAnswers(address, deps), child.ended.then(() => false)]);
  async function stop(): Promise<void> {
    await child.stop(STOP_GRACE_MS);
    await removeState(folder);
  }
  if (!isUp) {
    await stop();
    return undefined;
  }
  return { address, stop };
}

/** For `ingot local start`: a process that outlives this one, on a port that does not change. */
export async function keepLocalRegistry(
  options: LocalRegistryOptions,
  deps: LocalRegistryDeps,
): Promise<RegistryState> {
  const { folder, program, port } = options;
  const running = await readState(folder);
  if (running !== undefined && isLookedAfter(running) && (await answers(running.address, deps))) {
    return running;
  }
  await endLeftover(folder, running);
  const address = `127.0.0.1:${await bindablePort(port)}`;
  await writeConfig(folder, address);
  // The shell ends at once and prints the pid; setsid keeps the registry from the terminal's signals.
  const script = 'setsid "$1" serve "$2" </dev/null >>"$3" 2>&1 & echo $!';
  const argv = ['/bin/sh', '-c', script, 'sh', program, configFile(folder), logFile(folder)];
  const { stdout } = await deps.processes.run(argv, { signal: deps.signal });
  const state: RegistryState = { pid: Number(stdout.trim()), address };
  await writeState(folder, state);
  if (!(await untilAnswers(address, deps)) || !(await isOurs(state.pid, folder))) {
    await stopKeptRegistry(folder);
    throw await startError(folder);
  }
  return state;
}

/** For `ingot local stop`; false when none is running. */
export async function stopKeptRegistry(folder: string): Promise<boolean> {
  const running = await readState(folder);
  await endLeftover(folder, running);
  return running !== undefined;
}

async function endLeftover(folder: string, running: RegistryState | undefined): Promise<void> {
  if (running !== undefined) {
    process.kill(running.pid, 'SIGTERM');
    const deadline = Date.now() + STOP_GRACE_MS;
    while (await isOurs(running.pid, folder)) {
      if (Date.now() > deadline) {
        process.kill(running.pid, 'SIGKILL');
      }
      await delay(POLL_MS);
    }
  }
  await removeState(folder);
}

/** docker-registry 2.8's configuration; its YAML reader takes JSON. Deleting is on, for retention later. */
async function writeConfig(folder: string, address: string): Promise<void> {
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: path.join(folder, 'content') }, delete: { enabled: true } },
    http: { addr: address, secret: randomBytes(16).toString('hex') },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(configFile(folder), JSON.stringify(config), { mode: 0o600 });
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
      reject(new FactoryError('HOST_UNSUPPORTED', message, { hint: 'choose another port', cause }));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  });
}

async function untilAnswers(address: string, deps: LocalRegistryDeps): Promise<boolean> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !deps.signal.aborted) {
    if (await answers(address, deps)) {
      return true;
    }
    await delay(POLL_MS);
  }
  return false;
}

/** OCI distribution spec 1.1 "Determining Support" (end-1). */
async function answers(address: string, { send, signal }: LocalRegistryDeps): Promise<boolean> {
  try {
    const url = new URL(`http://${address}/v2/`);
    const { status } = await send({ method: 'GET', url, headers: {}, maxBytes: 1024, signal });
    return status === 200;
  } catch {
    return false;
  }
}

async function startError(folder: string): Promise<FactoryError> {
  const log = await readFile(logFile(folder), 'utf8').catch(() => '');
  const last = log.trim().split('\n').at(-1) ?? '';
  return new FactoryError('TOOL_FAILED', `cannot start the local registry: ${last || 'it did not answer'}`, {
    hint: `see "${logFile(folder)}"`,
  });
}
