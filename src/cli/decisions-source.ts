import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import canonicalize from 'canonicalize';
import type { ProcessRunner } from '../host/process.ts';
import { errorCode, storageError, ToolError, type DecisionsSource, type Sha256 } from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';

const FOLDER = 'decisions';

/** Which decisions a run was made under, and the commit that somebody reviewed them in. */
export async function decisionsSource(
  catalogFolder: string,
  processes: Pick<ProcessRunner, 'run'>,
): Promise<DecisionsSource> {
  const files = await digestDecisions(catalogFolder);
  const digest = sha256Of(canonicalize(files) ?? '');
  const commit = await git(catalogFolder, ['rev-parse', '--verify', 'HEAD'], processes);
  if (commit === undefined) {
    return { dirty: true, digest, files };
  }
  // a folder that git ignores is as little in the commit as one that it has not seen
  const status = ['status', '--porcelain', '--ignored', '--untracked-files=all', '--', FOLDER];
  const changed = await git(catalogFolder, status, processes);
  return { commit, dirty: changed !== '', digest, files };
}

async function digestDecisions(catalogFolder: string): Promise<Readonly<Record<string, Sha256>>> {
  const folder = path.join(catalogFolder, FOLDER);
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
    const digests: Record<string, Sha256> = {};
    for (const name of names) {
      digests[`${FOLDER}/${name}`] = sha256Of(await readFile(path.join(folder, name)));
    }
    return digests;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return {};
    }
    throw storageError(folder, catalogFolder, error);
  }
}

/** Undefined where git is not there, or the folder is in no repository, or in one that is another user's. */
async function git(
  folder: string,
  args: readonly string[],
  processes: Pick<ProcessRunner, 'run'>,
): Promise<string | undefined> {
  try {
    const { stdout } = await processes.run(['git', '--no-optional-locks', '-C', folder, ...args]);
    return stdout.trim();
  } catch (error) {
    if (error instanceof ToolError) {
      return undefined;
    }
    throw error;
  }
}
