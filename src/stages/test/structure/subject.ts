import type { Platform } from '../../../model/index.ts';
import type { OciImageConfig, RootFilesystem } from '../../../oci/index.ts';

/** One program run to its end in a container of the image. */
export interface CommandRun {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs the command in place of the entrypoint. */
export type RunCommand = (run: CommandRun) => Promise<CommandResult>;

/** What a structure test is about. Files come from the layers, because images have no shell to look with. */
export interface StructureSubject {
  readonly platform: Platform;
  readonly root: RootFilesystem;
  readonly config: OciImageConfig;
  /** From `containerRunOptions`. */
  readonly optionVariables: Readonly<Record<string, string>>;
  readonly runCommand: RunCommand;
  /** Commands of which each finds the files that the ones before it left. */
  readonly withKeptFiles: <T>(use: (run: RunCommand) => Promise<T>) => Promise<T>;
}

/** The image's environment. */
export function imageEnvironment(config: OciImageConfig): ReadonlyMap<string, string> {
  return new Map(
    config.config.Env.map((line): [string, string] => {
      const equals = line.indexOf('=');
      return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

/** `${name}`, `$1` and the other parameters of a shell, `$name`. */
const REFERENCE = /\$(\{[^}]*\}|[*#$@!?\-0-9]|[A-Za-z_]\w*)/g;

/** Replaces variables as Go's `os.Expand` does: an unknown name becomes nothing, a `$` before anything else stays. */
export function substitute(text: string, environment: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    REFERENCE,
    (_match, name: string) => environment.get(name.replace(/^\{(.*)\}$/, '$1')) ?? '',
  );
}
