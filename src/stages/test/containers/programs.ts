import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { CommandResult, CommandRun } from '../structure/index.ts';
import { splitLogs } from './logs.ts';

/** A program that runs longer than this hangs, even on another machine's instructions. */
const RUN_TIMEOUT_MS = 120_000;
const POLL_MS = 20;

/** What `docker run` exits with when the program cannot be started, and timeout(1) when it takes too long. */
export const NOT_STARTED_EXIT_CODE = 127;
const TIMED_OUT_EXIT_CODE = 124;

/** Waits for the end of the container's first program. */
export async function runUntilExit(container: Dockerode.Container): Promise<CommandResult> {
  const { exitCode } = await withinTime(
    container.wait().then(({ StatusCode }: { StatusCode: number }) => ({ exitCode: StatusCode })),
  );
  return { ...(await logsOf(container)), exitCode };
}

/** Runs a program beside the container's first one, confined as that one is. */
export function execute(
  container: Dockerode.Container,
  run: CommandRun & { readonly hasTerminal: boolean },
): Promise<CommandResult> {
  return withinTime(executeUntilExit(container, run));
}

async function executeUntilExit(
  container: Dockerode.Container,
  { command, environment, hasTerminal: Tty }: Parameters<typeof execute>[1],
): Promise<CommandResult> {
  const Env = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const exec = await container.exec({ Cmd: [...command], Env, Tty, AttachStdout: true, AttachStderr: true });
  const output = await buffer(await exec.start({ hijack: true, Tty }));
  return { ...outputOf(output, Tty), exitCode: await exitCodeOf(exec) };
}

/** A program's output can end before the engine knows how the program did: until then it says that it runs. */
async function exitCodeOf(exec: Dockerode.Exec): Promise<number> {
  const deadline = performance.now() + RUN_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const { Running: isRunning, ExitCode: exitCode } = await exec.inspect();
    if (!isRunning) {
      return exitCode ?? NOT_STARTED_EXIT_CODE;
    }
    await delay(POLL_MS);
  }
  return TIMED_OUT_EXIT_CODE;
}

/** What hangs ends with its container. */
async function withinTime<T extends Pick<CommandResult, 'exitCode'>>(
  ending: Promise<T>,
): Promise<T | CommandResult> {
  const stopTimer = new AbortController();
  const timedOut = { stdout: '', stderr: '', exitCode: TIMED_OUT_EXIT_CODE };
  const timer = delay(RUN_TIMEOUT_MS, timedOut, { signal: stopTimer.signal });
  timer.catch(() => undefined);
  ending.catch(() => undefined);
  try {
    return await Promise.race([ending, timer]);
  } finally {
    stopTimer.abort();
  }
}

export async function logsOf(
  container: Dockerode.Container,
): Promise<Pick<CommandResult, 'stdout' | 'stderr'>> {
  const logs = await container.logs({ stdout: true, stderr: true, follow: false });
  const { Config: config } = await container.inspect();
  return outputOf(logs, config.Tty);
}

/** A terminal has one stream, and no frames. */
function outputOf(bytes: Buffer, isOfTerminal: boolean): Pick<CommandResult, 'stdout' | 'stderr'> {
  return isOfTerminal ? { stdout: bytes.toString('utf8'), stderr: '' } : splitLogs(bytes);
}
