import { existsSync } from 'node:fs';
import path from 'node:path';
import { hadolintArgs, parseHadolintOutput, type HadolintRun } from '../check/index.ts';
import { createContentCache } from '../host/content-cache.ts';
import { findHadolint, hadolintFailure } from '../host/hadolint.ts';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { FactoryError, type CheckFinding } from '../model/index.ts';
import type { LocalRequest } from './factory.ts';
import { openProcesses } from './open-network.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** What hadolint said of the files, or why it could not be asked. */
export interface HadolintAnswer {
  readonly run: HadolintRun;
  readonly findings: readonly CheckFinding[];
}

/** Its own names of the file in the working folder, in its order. */
const CONFIG_NAMES = ['.hadolint.yaml', '.hadolint.yml'];

const HADOLINT_TIMEOUT_MS = 10 * 60_000;

/** The real hadolint on the files. That it cannot be run is an answer: our own rules have their say anyway. */
export async function runHadolint(
  files: readonly string[],
  { environment, cwd, emit, signal }: LocalRequest,
): Promise<HadolintAnswer> {
  const { cache } = ingotPaths(environment, homeFolder(environment));
  const platform = `${process.platform}-${process.arch}`;
  try {
    const processes = openProcesses({ environment });
    const deps = { processes, cache: createContentCache(cache), platform, emit, signal };
    const { program, version } = await findHadolint(deps);
    const argv = [program, ...hadolintArgs(configIn(cwd), files)];
    const options = { cwd, signal, timeoutMs: HADOLINT_TIMEOUT_MS };
    const output = await processes.run(argv, options).catch((cause: unknown) => {
      throw hadolintFailure('running it', cause);
    });
    return { run: { kind: 'ran', version }, findings: parseHadolintOutput(output) };
  } catch (error) {
    if (!(error instanceof FactoryError) || signal.aborted) {
      throw error;
    }
    return { run: { kind: 'not-run', failure: error }, findings: [] };
  }
}

function configIn(cwd: string): string {
  const own = CONFIG_NAMES.map((name) => path.join(cwd, name)).find((file) => existsSync(file));
  return own ?? path.join(OWN_FOLDER, 'data/hadolint.yaml');
}
