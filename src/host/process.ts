import { createWriteStream, type WriteStream } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessPromise, Shell } from 'zx/core';
import { ToolError } from '../model/index.ts';

/** Lines of stderr kept for the error message. */
const STDERR_TAIL_LINES = 300;

export interface RunOptions {
  /** Added to the process's own environment. Secrets go here or on `input`, never into argv. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to stdin, which is closed after it. */
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Which variables of this process it gets, by name; absent: all of them. */
  readonly inherits?: (variable: string) => boolean;
  /** Exit codes besides 0 that are no failure: scanners say by them that they found something. */
  readonly accepts?: readonly number[];
}

export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions extends RunOptions {
  /** stdout and stderr are appended to this file. */
  readonly logFile: string;
}

/** A child that goes on until it is stopped. */
export interface RunningProcess {
  readonly pid: number;
  /** Settles when the child has ended, however it ended. */
  readonly ended: Promise<{ readonly exitCode: number | undefined }>;
  /** SIGTERM, and SIGKILL after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Child processes in exactly two shapes: one that is waited for, and one that goes on. */
export interface ProcessRunner {
  run(argv: readonly string[], options?: RunOptions): Promise<ProcessResult>;
  start(argv: readonly string[], options: StartOptions): Promise<RunningProcess>;
}

/** Exit codes of POSIX sh for a command it found no file for, or could not execute. */
const SHELL_EXEC_FAILURES: ReadonlySet<number> = new Set([126, 127]);

/** Grace between SIGTERM and SIGKILL for a process that ran out of time or was cancelled. */
const CANCEL_GRACE_MS = 2_000;

/** For what a killed process has written and we have not read yet. */
const PIPE_GRACE_MS = 200;

/**
 * Runs children through zx on plain `/bin/sh`, which is there on every Unix, while zx's own default is bash.
 * `exec` makes the child take the shell's place, so that its pid is the tool's and signals reach it.
 *
 * @param environment added to every child's: proxies and certificates
 */
export function createProcessRunner(environment: Readonly<Record<string, string>> = {}): ProcessRunner {
  function added<T extends RunOptions>(options: T): T {
    return { ...options, env: { ...environment, ...options.env } };
  }
  return {
    run: (argv, options = {}) => run(argv, added(options)),
    start: (argv, options) => start(argv, added(options)),
  };
}

function spawn($: Shell, argv: readonly string[], options: RunOptions): ProcessPromise {
  const shell = $({
    shell: '/bin/sh',
    prefix: 'exec ',
    quote: quotePosix,
    env: { ...inherited(options), ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: options.input }),
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
    nothrow: true,
    quiet: true,
  });
  const child = shell`${argv}`;
  // A child may end without reading its input: EPIPE is not our failure, its exit code tells the rest.
  child.child?.stdin?.on('error', () => undefined);
  return child;
}

function inherited({ inherits }: RunOptions): NodeJS.ProcessEnv {
  const { env } = process;
  return inherits === undefined
    ? env
    : Object.fromEntries(Object.entries(env).filter(([variable]) => inherits(variable)));
}

/** POSIX shell quoting, XCU 2.2.2: nothing is special between single quotes but the quote itself. */
function quotePosix(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

async function run(argv: readonly string[], options: RunOptions): Promise<ProcessResult> {
  const { $ } = await import('zx/core');
  options.signal?.throwIfAborted();
  const child = spawn($, argv, options);
  const stopped = stopWhenDue(child, options);
  const output = await child;
  const why = stopped();
  if (why !== undefined) {
    throw new ToolError('killed', `${toolName(argv)} ${why}`, { stderrTail: tail(output.stderr) });
  }
  const { exitCode } = output;
  if (exitCode === 0 || (exitCode !== null && options.accepts?.includes(exitCode) === true)) {
    return { stdout: output.stdout, stderr: output.stderr };
  }
  throw failure(argv, output.exitCode, output.stderr);
}

function failure(argv: readonly string[], exitCode: number | null, stderr: string): ToolError {
  const stderrTail = tail(stderr);
  if (exitCode === null) {
    return new ToolError('killed', `${toolName(argv)} was killed by a signal`, { stderrTail });
  }
  const kind = SHELL_EXEC_FAILURES.has(exitCode) ? 'spawn-failed' : 'exited';
  const reason = kind === 'spawn-failed' ? 'could not be started' : `exited with ${String(exitCode)}`;
  return new ToolError(kind, `${toolName(argv)} ${reason}: ${stderrTail}`, { exitCode, stderrTail });
}

/** Ends the child on abort or timeout; the returned function says afterwards why, if it was ended. */
function stopWhenDue(child: ProcessPromise, options: RunOptions): () => string | undefined {
  let why: string | undefined;
  function end(reason: string): void {
    why ??= reason;
    void stopGroup(child, CANCEL_GRACE_MS);
  }
  function onAbort(): void {
    end('was cancelled');
  }
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          end(`took longer than ${String(options.timeoutMs)} ms`);
        }, options.timeoutMs);
  options.signal?.addEventListener('abort', onAbort);
  return () => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    return why;
  };
}

async function start(argv: readonly string[], options: StartOptions): Promise<RunningProcess> {
  const { $ } = await import('zx/core');
  const child = spawn($, argv, options);
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  // A full disk costs lines of the log, not the run: zx reads on, so the child does not block.
  log.on('error', () => undefined);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = outcome(child, log);
  const { pid } = child;
  if (pid === undefined) {
    await ended;
    throw new ToolError('spawn-failed', `${toolName(argv)} could not be started`, { stderrTail: '' });
  }
  return { pid, ended, stop: (graceMs) => stopGroup(child, graceMs) };
}

async function outcome(child: ProcessPromise, log: WriteStream): Promise<{ exitCode: number | undefined }> {
  const { exitCode } = await child;
  log.end();
  return { exitCode: exitCode ?? undefined };
}

/** The child leads its own process group (`detached`), so its helpers end with it. */
async function stopGroup(child: ProcessPromise, graceMs: number): Promise<void> {
  signalGroup(child, 'SIGTERM');
  if (await endsWithin(child, graceMs)) {
    return;
  }
  signalGroup(child, 'SIGKILL');
  if (!(await endsWithin(child, PIPE_GRACE_MS))) {
    // A helper that has left the group holds the pipes open: nobody waits for what it still says.
    child.child?.stdout?.destroy();
    child.child?.stderr?.destroy();
    await child;
  }
}

function endsWithin(child: ProcessPromise, ms: number): Promise<boolean> {
  return Promise.race([Promise.resolve(child).then(() => true), delay(ms, false, { ref: false })]);
}

function signalGroup(child: ProcessPromise, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
      throw error;
    }
  }
}

function toolName(argv: readonly string[]): string {
  return `"${basename(argv[0] ?? '')}"`;
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-STDERR_TAIL_LINES).join('\n');
}
