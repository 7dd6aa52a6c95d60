import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { errorCode, FactoryError } from '../model/index.ts';
import type { Credentials, CredentialSource } from '../oci/index.ts';
import type { ProcessRunner } from './process.ts';

/** Docker's configuration file, the fields that name credentials. */
const DockerConfigSchema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});
type DockerConfig = z.infer<typeof DockerConfigSchema>;
type StoredAuth = NonNullable<DockerConfig['auths']>[string];

/** What `docker-credential-… get` prints. */
const HelperOutputSchema = z.object({ Username: z.string(), Secret: z.string() });
/** User name of a helper's answer that holds an identity token. */
const TOKEN_USER = '<token>';
const HELPER_TIMEOUT_MS = 30_000;

export interface CredentialDeps {
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  readonly processes: ProcessRunner;
  readonly signal: AbortSignal;
}

/**
 * Credentials as `docker login` left them, looked up once per registry. Hosts match exactly, port included:
 * a password for one registry is never tried at another.
 */
export function createCredentialSource(deps: CredentialDeps): CredentialSource {
  let config: Promise<DockerConfig> | undefined;
  const known = new Map<string, Promise<Credentials | undefined>>();
  return async (registry) => {
    config ??= readDockerConfig(deps);
    const read = config;
    const found = known.get(registry) ?? read.then((value) => lookUp(registry, value, deps));
    known.set(registry, found);
    return found;
  };
}

async function readDockerConfig({ environment, home }: CredentialDeps): Promise<DockerConfig> {
  // Empty is not set, as docker has it.
  const folder = environment['DOCKER_CONFIG'] || path.join(home, '.docker');
  const file = path.join(folder, 'config.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return {};
    }
    throw new FactoryError('REGISTRY_DENIED', `cannot read Docker configuration "${file}"`, { cause: error });
  }
  try {
    return DockerConfigSchema.parse(JSON.parse(text));
  } catch {
    // Without a cause: a parser's message could quote the file.
    throw new FactoryError(
      'REGISTRY_DENIED',
      `cannot read Docker configuration "${file}": expected JSON as docker writes it`,
    );
  }
}

async function lookUp(
  registry: string,
  config: DockerConfig,
  deps: CredentialDeps,
): Promise<Credentials | undefined> {
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  const helped = helper === undefined ? undefined : await askHelper(helper, registry, deps);
  if (helped !== undefined) {
    return helped;
  }
  const entry = Object.entries(config.auths ?? {}).find(([key]) => hostOf(key) === registry);
  return entry === undefined ? undefined : fromStored(entry[1]);
}

/** Keys may be written as URLs: `https://registry.example.com/v2/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function fromStored(stored: StoredAuth): Credentials | undefined {
  if (stored.identitytoken !== undefined && stored.identitytoken !== '') {
    return { kind: 'identity-token', token: stored.identitytoken };
  }
  const pair = Buffer.from(stored.auth ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const username = stored.username ?? pair.slice(0, Math.max(colon, 0));
  const password = stored.password ?? pair.slice(colon + 1);
  return username === '' ? undefined : { kind: 'password', username, password };
}

/** docker-credential-helpers protocol: the host on stdin, JSON on stdout. A helper that does not know the host fails. */
async function askHelper(
  helper: string,
  registry: string,
  deps: CredentialDeps,
): Promise<Credentials | undefined> {
  if (!/^[A-Za-z0-9_.-]+$/.test(helper)) {
    throw new FactoryError(
      'REGISTRY_DENIED',
      `cannot use credential helper "${helper}": expected a plain name`,
    );
  }
  let stdout: string;
  try {
    const argv = [`docker-credential-${helper}`, 'get'];
    ({ stdout } = await deps.processes.run(argv, {
      input: registry,
      timeoutMs: HELPER_TIMEOUT_MS,
      signal: deps.signal,
    }));
  } catch {
    // Docker's own client goes on without credentials as well; the registry says if they are needed.
    return undefined;
  }
  try {
    const { Username: username, Secret: secret } = HelperOutputSchema.parse(JSON.parse(stdout));
    return username === TOKEN_USER
      ? { kind: 'identity-token', token: secret }
      : { kind: 'password', username, password: secret };
  } catch {
    throw new FactoryError(
      'REGISTRY_DENIED',
      `cannot use credential helper "${helper}": its answer is not readable`,
    );
  }
}
