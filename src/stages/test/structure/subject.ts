import type { Platform } from '../../../model/index.ts';
import type { OciImageConfig, RootFilesystem } from '../../../oci/index.ts';

/** One program run to its end in a container of the image. */
export interface CommandRun {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Name of a volume at `/tmp`, so that several runs share their files; else an empty one. */
  readonly sharedTmp?: string;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What a structure test is about. Files come from the layers, because images have no shell to look with. */
export interface StructureSubject {
  readonly platform: Platform;
  readonly root: RootFilesystem;
  readonly config: OciImageConfig;
  /** Runs the command in place of the entrypoint. */
  readonly runCommand: (run: CommandRun) => Promise<CommandResult>;
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

/** Replaces `$NAME` and `${NAME}` as Go's `os.Expand` does: an unknown name becomes nothing. */
export function substitute(text: string, environment: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g,
    (_match, braced: string | undefined, bare: string | undefined) =>
      environment.get(braced ?? bare ?? '') ?? '',
  );
}
