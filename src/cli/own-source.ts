import path from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { createProcessRunner } from '../host/process.ts';
import { ToolError } from '../model/index.ts';

/** Where the workflows of a new catalog get ingot from: no package registry has it. */
export interface OwnSource {
  /** On GitHub, `owner/name`. */
  readonly repository: string;
  /** The commit that runs, which nobody can move; without git, the tag of its version. */
  readonly ref: string;
}

/** Does not check that the commit was pushed. */
export async function ownSource(folder: string): Promise<OwnSource> {
  return {
    repository: new URL(packageFile.repository).pathname.slice(1),
    ref: (await commitOf(folder)) ?? `v${packageFile.version}`,
  };
}

/** Of this folder's own repository: with its name git looks in none that lies above. */
async function commitOf(folder: string): Promise<string | undefined> {
  const gitFolder = path.join(folder, '.git');
  try {
    const { stdout } = await createProcessRunner().run([
      'git',
      `--git-dir=${gitFolder}`,
      'rev-parse',
      'HEAD',
    ]);
    return stdout.trim();
  } catch (error) {
    if (error instanceof ToolError) {
      return undefined;
    }
    throw error;
  }
}
