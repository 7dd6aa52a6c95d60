import type Dockerode from 'dockerode';
import { FactoryError, saysDiskIsFull } from '../../../model/index.ts';
import type { Platform } from '../../../model/index.ts';
import type { CommandResult, RunCommand } from '../structure/index.ts';
import type { ContainerSettings } from './hardened-container.ts';
import { PORTS_PROGRAM } from './listening-ports.ts';
import { execute, logsOf, NOT_STARTED_EXIT_CODE, runUntilExit } from './programs.ts';
import { loadTestcontainers } from './testcontainers.ts';
import type { StartedTestContainer, TestEngine, Testcontainers } from './testcontainers.ts';
import { waitingProgram } from './waiting-program.ts';

/** Without a port to publish, a container has no network but its own loopback. */
export type RunSettings = Omit<ContainerSettings, 'network' | 'firstProgram'>;

/** One container for several programs. */
export type SharedSettings = Omit<RunSettings, 'entrypoint' | 'command' | 'environment'> & {
  readonly platform: Platform;
};

/** A server in its container. */
export interface RunningServer {
  /** Base URL of the published port. */
  readonly url: string;
  /** Fails when the line does not appear in time, or the server ends before. */
  waitForLine(text: string, timeoutMs: number): Promise<void>;
  /** Sends the image's stop signal, SIGKILL after `graceMs`, and tells how the server ended. */
  stop(graceMs: number): Promise<{ readonly exitCode: number }>;
  /** stdout and stderr so far. */
  output(): Promise<string>;
  /** Lines of `/proc/net/tcp` and `tcp6` in its container, where the example's folder is mounted. */
  sockets(): Promise<string>;
}

/** Runs containers of images under test. Each is gone when its call returns, on failure and abort too. */
export interface ContainerRunner {
  runToEnd(settings: RunSettings): Promise<CommandResult>;
  /** Runs programs of which each finds the files that the ones before it left: the root is writable for them. */
  withKeptFiles<T>(settings: SharedSettings, use: (run: RunCommand) => Promise<T>): Promise<T>;
  withServer<T>(settings: RunSettings, use: (server: RunningServer) => Promise<T>): Promise<T>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/** The engine could not start the container's program: what the image holds is to blame, not the engine. */
export class ProgramNotStarted extends Error {}

export async function createContainerRunner(
  engine: TestEngine,
  signal: AbortSignal,
): Promise<ContainerRunner> {
  return new EngineRunner(await loadTestcontainers(engine), engine, signal);
}

type StartSettings = RunSettings & Pick<ContainerSettings, 'firstProgram'>;
type UseContainer<T> = (started: StartedTestContainer, container: Dockerode.Container) => Promise<T>;

class EngineRunner implements ContainerRunner {
  readonly #testcontainers: Testcontainers;
  readonly #engine: TestEngine;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<unknown>>();

  constructor(testcontainers: Testcontainers, engine: TestEngine, signal: AbortSignal) {
    this.#testcontainers = testcontainers;
    this.#engine = engine;
    this.#signal = AbortSignal.any([signal, this.#closing.signal]);
  }

  async runToEnd(settings: RunSettings): Promise<CommandResult> {
    try {
      return await this.#withContainer(settings, (_started, container) => runUntilExit(container));
    } catch (error) {
      if (error instanceof ProgramNotStarted) {
        return { stdout: '', stderr: error.message, exitCode: NOT_STARTED_EXIT_CODE };
      }
      throw error;
    }
  }

  withKeptFiles<T>(
    { platform, ...settings }: SharedSettings,
    use: (run: RunCommand) => Promise<T>,
  ): Promise<T> {
    const waiting = { ...settings, command: [], environment: {}, firstProgram: waitingProgram(platform) };
    const hasTerminal = settings.loosened?.hasTerminal === true;
    return this.#withContainer(waiting, (_started, container) =>
      use((run) => execute(container, { ...run, hasTerminal })),
    );
  }

  withServer<T>(settings: RunSettings, use: (server: RunningServer) => Promise<T>): Promise<T> {
    const { waitForLine } = this.#testcontainers;
    return this.#withContainer(settings, async (started, container) =>
      use({
        url: settings.port === undefined ? '' : await this.#urlOf(started, settings.port),
        waitForLine: (text, timeoutMs) => waitForLine(container, text, timeoutMs),
        stop: async (graceMs) => {
          await started.stop({ timeout: graceMs, remove: false });
          const { State: state } = await container.inspect();
          return { exitCode: state.ExitCode };
        },
        output: async () => Object.values(await logsOf(container)).join(''),
        sockets: () => socketsOf(container),
      }),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #withContainer<T>(settings: StartSettings, use: UseContainer<T>): Promise<T> {
    const running = this.#runContainer(settings, use);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #runContainer<T>(settings: StartSettings, use: UseContainer<T>): Promise<T> {
    const network = settings.port === undefined ? 'none' : this.#engine.network;
    const exampleDir = settings.exampleDir && (await this.#engine.share(settings.exampleDir));
    const container = this.#testcontainers.create({
      ...settings,
      ...(exampleDir && { exampleDir }),
      network,
    });
    const abandon = (): void => {
      // Ends what is being waited for; whatever goes wrong here, the removal below tells.
      this.#remove(container.id).catch(() => undefined);
    };
    this.#signal.addEventListener('abort', abandon);
    try {
      this.#signal.throwIfAborted();
      const started = await container.start();
      const result = await use(started, this.#testcontainers.docker.getContainer(started.getId()));
      this.#signal.throwIfAborted();
      return result;
    } catch (cause) {
      throw toError(settings, cause, this.#signal);
    } finally {
      this.#signal.removeEventListener('abort', abandon);
      await this.#remove(container.id);
    }
  }

  async #urlOf(started: StartedTestContainer, port: number): Promise<string> {
    return `http://127.0.0.1:${await this.#engine.reach(started.getMappedPort(port))}`;
  }

  async #remove(id: string | undefined): Promise<void> {
    if (id !== undefined) {
      const container = this.#testcontainers.docker.getContainer(id);
      await ignoreAbsent(container.remove({ force: true, v: true }));
      // Another removal may be going on: it is over when there is nothing to wait for.
      await ignoreAbsent(container.wait({ condition: 'removed' }));
    }
  }
}

async function socketsOf(container: Dockerode.Container): Promise<string> {
  const run = { command: [`/example/${PORTS_PROGRAM}`], environment: {}, hasTerminal: false };
  const { stdout, stderr, exitCode } = await execute(container, run);
  if (exitCode !== 0) {
    throw new FactoryError(
      'TEST_FAILED',
      `cannot list open ports: the program for it ended with exit code ${exitCode}, ${JSON.stringify(stderr)}`,
      { hint: "look at the engine's log; the image itself may be sound" },
    );
  }
  return stdout;
}

/** dockerode's errors have the API's status; a container that is gone or going is what was wanted. */
async function ignoreAbsent(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 409) {
      throw error;
    }
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

function toError(settings: StartSettings, cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new FactoryError('CANCELLED', `cannot test image "${settings.image}": cancelled`, { cause });
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  if (statusOf(cause) === 400 && message.includes('runtime create failed') && !saysDiskIsFull(message)) {
    return new ProgramNotStarted(message, { cause });
  }
  if (cause instanceof FactoryError) {
    return cause;
  }
  return new FactoryError('TEST_FAILED', `cannot run a container of image "${settings.image}": ${message}`, {
    hint: "look at the engine's log; the image itself may be sound",
    cause,
  });
}
