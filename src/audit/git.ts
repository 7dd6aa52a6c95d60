import type { ProcessRunner } from '../host/process.ts';
import { ToolError } from '../model/index.ts';

export interface GitDeps {
  readonly processes: Pick<ProcessRunner, 'run'>;
  /** Of the catalog. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Undefined where there is no git, no repository, or not what was asked for in it. */
export async function git(
  args: readonly string[],
  { processes, folder, signal }: GitDeps,
): Promise<string | undefined> {
  try {
    const argv = ['git', '--no-optional-locks', '-C', folder, ...args];
    return (await processes.run(argv, { signal })).stdout;
  } catch (error) {
    if (error instanceof ToolError && !signal.aborted) {
      return undefined;
    }
    throw error;
  }
}

/** A file as a commit has it; paths are relative to the catalog, which may be a folder of its repository. */
export async function committedFile(
  commit: string,
  file: string,
  deps: GitDeps,
): Promise<string | undefined> {
  return git(['show', `${commit}:./${file}`], deps);
}
