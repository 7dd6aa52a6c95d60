import type { Catalog, Emit } from '../model/index.ts';
import type { ExitCode } from './exit-code.ts';
import type { Openers } from './factory.ts';
import type { Surroundings } from './surroundings.ts';

/** What every command is given. */
export interface CommandContext extends Surroundings {
  readonly openers: Openers;
  /** Notices of commands without a live display, on stderr. */
  readonly emit: Emit;
  /** The catalog of `--catalog`. */
  openCatalog(): Promise<Catalog>;
  /** Whether one was named, or is in the working folder: a command that needs none then asks it all the same. */
  hasCatalog(): boolean;
  /** What the process exits with if the command ends without an error. */
  setExitCode(code: ExitCode): void;
}
