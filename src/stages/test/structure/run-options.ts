import { parseEnv } from 'node:util';
import type { ContainerRunOptions } from './schema.ts';

/** What `containerRunOptions` takes from outside of the file. */
export interface RunSurroundings {
  /** Variables of the process that runs the test. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of a file below the structure test's folder. */
  readonly readBeside: (path: string) => Promise<string>;
}

/** How the commands of one structure test are run other than everything else. */
export interface RunOptions {
  readonly user?: string;
  readonly isPrivileged: boolean;
  readonly hasTerminal: boolean;
  /** Win over the variables of the tests. */
  readonly environment: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  /** `/on/host:/in/container:ro` */
  readonly bindMounts: readonly string[];
}

/** Reads what the options name. Variables that are not set are left out, as container-structure-test does. */
export async function toRunOptions(
  options: ContainerRunOptions,
  { environment, readBeside }: RunSurroundings,
): Promise<RunOptions> {
  const file = options.envFile === undefined ? '' : await readBeside(options.envFile);
  const taken = options.envVars.map((name): [string, string | undefined] => [name, environment[name]]);
  return {
    ...(options.user === undefined ? {} : { user: options.user }),
    isPrivileged: options.privileged,
    hasTerminal: options.allocateTty,
    environment: Object.fromEntries([...Object.entries(parseEnv(file)), ...taken].flatMap(setVariable)),
    capabilities: options.capabilities,
    bindMounts: options.bindMounts,
  };
}

function setVariable([name, value = '']: readonly [string, string | undefined]): [string, string][] {
  return value === '' ? [] : [[name, value]];
}
