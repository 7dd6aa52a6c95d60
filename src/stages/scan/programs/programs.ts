import { stripVTControlCharacters } from 'node:util';
import type { ProcessResult, ProcessRunner, RunOptions } from '../../../host/process.ts';
import { FactoryError, ToolError } from '../../../model/index.ts';

/** Scanners that are programs of this machine. */
export interface Programs {
  /** Absolute path of a program on PATH. */
  readonly find: (name: string) => Promise<string | undefined>;
  readonly processes: Pick<ProcessRunner, 'run'>;
  readonly files: ScanFiles;
  /** Of this process: whether a user has settled something. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What is handed to them and what they write; gone at the end of the run. */
export interface ScanFiles {
  /** Tells the path. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** Path of a file that somebody else may write. */
  readonly place: (name: string) => Promise<string>;
  readonly read: (path: string) => Promise<string | undefined>;
}

/** What every program may need, and no secret is in; proxies and certificates come with the runner. */
const HARMLESS =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|LANG|LC_\w+|TZ|XDG_\w+|DOCKER_CONFIG|DOCKER_HOST|SSL_CERT_\w+)$/;

/** They see nothing of ours but that, and what is theirs: never the signing key's password. */
export function inheriting(isTheirs: (variable: string) => boolean): (variable: string) => boolean {
  return (variable) => HARMLESS.test(variable) || isTheirs(variable);
}

export async function findProgram(name: string, { find }: Programs): Promise<string> {
  const found = await find(name);
  if (found === undefined) {
    throw new FactoryError('TOOL_FAILED', `cannot scan with ${name}: it is not on PATH`, {
      hint: `install ${name}, or take it out of "scanners" in catalog.json`,
    });
  }
  return found;
}

export interface ProgramOptions extends RunOptions {
  /** In messages, `scan with grype` where it is absent. */
  readonly doing?: string;
}

/** The last thing it said is why it failed. */
export async function runProgram(
  argv: readonly string[],
  { doing, ...options }: ProgramOptions,
  { processes, signal }: Programs,
): Promise<ProcessResult> {
  try {
    return await processes.run(argv, { ...options, signal });
  } catch (error) {
    if (signal.aborted) {
      throw new FactoryError('CANCELLED', 'cannot scan: the run was stopped', { cause: error });
    }
    if (!(error instanceof ToolError)) {
      throw error;
    }
    const reason = lastWords(error.stderrTail);
    const what = doing ?? `scan with ${argv[0]?.split('/').at(-1) ?? ''}`;
    const message = `cannot ${what}: ${reason || error.message}`;
    throw new FactoryError('TOOL_FAILED', message, { cause: error });
  }
}

/** What grype and trivy write before a message: `[0000] ERROR `, `2026-11-26T06:00:00Z FATAL Fatal error `. */
const LOG_PREFIX = /^(?:\[\d+\]\s+ERROR|\S+\s+FATAL\s+Fatal error)\s+/;

/** They colour their messages even where nobody looks. */
function lastWords(stderr: string): string {
  const [line = ''] = stripVTControlCharacters(stderr).trim().split('\n').slice(-1);
  return line.replace(LOG_PREFIX, '');
}
