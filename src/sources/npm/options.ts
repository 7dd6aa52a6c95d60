import Config from '@npmcli/config';
import schema from '@npmcli/config/lib/definitions/index.js';

/** Where the host's npm is installed: its own and the global npmrc lie beside it. */
export interface NpmLocation {
  /** Folder of the npm package. */
  readonly npmPath: string;
  /** The node that would run it; the global prefix is two levels above. */
  readonly execPath: string;
}

export interface NpmSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** The project's `.npmrc` is looked for here and above. */
  readonly workingFolder: string;
  readonly npm: NpmLocation;
}

/** Options of npm's own libraries: registry, credentials, proxies, certificates. Never print them. */
export type NpmOptions = Readonly<Record<string, unknown>>;

/** Reads what npm itself would read: environment, project, user, global and built-in configuration. */
export async function readNpmOptions(surroundings: NpmSurroundings): Promise<NpmOptions> {
  const config = new Config({
    ...schema,
    ...surroundings.npm,
    argv: [],
    // A copy: loading writes npm_config_* variables for npm's own children into it.
    env: { ...surroundings.environment },
    cwd: surroundings.workingFolder,
    warn: false,
  });
  await config.load();
  return config.flat;
}
