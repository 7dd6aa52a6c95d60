import type { Catalog, Emit } from '../model/index.ts';
import type { ExitCode } from './exit-code.ts';
import type { Openers } from './factory.ts';

/** What the process gives us; tests give something else. */
export interface Surroundings {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The one reading of the clock: dates of a run never disagree. */
  readonly startedAt: Date;
  readonly signal: AbortSignal;
}

/** What every command is given. */
export interface CommandContext extends Surroundings {
  readonly openers: Openers;
  /** Notices of commands without a live display, on stderr. */
  readonly emit: Emit;
  /** The catalog of `--catalog`. */
  openCatalog(): Promise<Catalog>;
  /** What the process exits with if the command ends without an error. */
  setExitCode(code: ExitCode): void;
}
