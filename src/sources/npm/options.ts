import type { NetworkRoute } from '../../model/index.ts';

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
  /** The environment's proxy for a registry, where npm's own configuration names none. Default: none. */
  readonly proxyFor?: (registry: URL) => { readonly url: string } | undefined;
}

/** Options of npm's own libraries: registry, credentials, proxies, certificates. Never print them. */
export type NpmOptions = Readonly<Record<string, unknown>>;

/** Reads what npm itself would read: environment, project, user, global and built-in configuration. */
export async function readNpmOptions(surroundings: NpmSurroundings): Promise<NpmOptions> {
  const { default: Config } = await import('@npmcli/config');
  const { default: schema } = await import('@npmcli/config/lib/definitions/index.js');
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
  return { ...config.flat, ...proxyOptions(config.flat, surroundings) };
}

/**
 * npm's libraries would read the variables by rules of their own, and give a loopback registry to the proxy. Their
 * `noProxy` knows names and all below them, so a registry that needs no proxy is named.
 */
function proxyOptions(flat: NpmOptions, { environment, proxyFor }: NpmSurroundings): NpmOptions {
  const registry = URL.parse(textOf(flat['registry']));
  const isOwn = [flat['httpsProxy'], flat['proxy']].some((value) => (value ?? '') !== '');
  if (isOwn || registry === null) {
    return {};
  }
  const proxy = proxyFor?.(registry);
  const written = `${textOf(flat['noProxy'])},${environment['no_proxy'] ?? environment['NO_PROXY'] ?? ''}`;
  const noProxy = written.split(/[\s,]+/).filter((host) => host !== '');
  return proxy === undefined
    ? { noProxy: [...noProxy, registry.hostname] }
    : { httpsProxy: proxy.url, noProxy };
}

/** Which way requests to the registry take, in words for messages. */
export function npmRoute(options: NpmOptions): NetworkRoute {
  const url = URL.parse(textOf(options['httpsProxy'] ?? options['proxy']));
  return {
    host: URL.parse(textOf(options['registry']))?.host ?? 'the npm registry',
    proxy:
      url === null
        ? undefined
        : {
            address: url.host,
            variable: "https_proxy (or npm's https-proxy)",
            hasCredentials: url.username !== '',
          },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
