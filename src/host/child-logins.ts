import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeWhole } from '../files/index.ts';
import { ToolError } from '../model/index.ts';
import type { Credentials, CredentialSource } from '../oci/index.ts';
import type { ProcessRunner, RunOptions } from './process.ts';

export interface ChildLogins {
  /** Registries whose passwords Docker's configuration does not have. */
  readonly registries: readonly string[];
  readonly credentials: CredentialSource;
}

interface Login {
  readonly registry: string;
  readonly credentials: Credentials;
}

/** What registries call it, as clients repeat it. */
const TOKEN_IS_OVER = /token has expired/i;

/**
 * Programs log in to registries by what Docker's configuration says. Here each gets one of its own with our passwords,
 * which nobody else can read, and which is gone when it ends.
 */
export function withLogins(processes: ProcessRunner, logins: ChildLogins): ProcessRunner {
  return {
    ...processes,
    run: async (argv, options = {}) => {
      const known = await lookUp(logins);
      try {
        return await runWith(known, processes, { argv, options });
      } catch (error) {
        if (!(error instanceof ToolError && TOKEN_IS_OVER.test(error.stderrTail))) {
          throw error;
        }
        return runWith(await lookUp(logins, known), processes, { argv, options });
      }
    },
  };
}

async function lookUp(
  { registries, credentials }: ChildLogins,
  refused: readonly Login[] = [],
): Promise<readonly Login[]> {
  const found: Login[] = [];
  for (const registry of registries) {
    const before = refused.find((login) => login.registry === registry)?.credentials;
    const known = await credentials(registry, before);
    if (known !== undefined) {
      found.push({ registry, credentials: known });
    }
  }
  return found;
}

interface Call {
  readonly argv: readonly string[];
  readonly options: RunOptions;
}

async function runWith(
  logins: readonly Login[],
  processes: ProcessRunner,
  { argv, options }: Call,
): ReturnType<ProcessRunner['run']> {
  if (logins.length === 0) {
    return processes.run(argv, options);
  }
  // mode 0700
  const folder = await mkdtemp(path.join(tmpdir(), 'ingot-login-'));
  try {
    await writeWhole(path.join(folder, 'config.json'), dockerConfig(logins), { mode: 0o600 });
    return await processes.run(argv, { ...options, env: { ...options.env, DOCKER_CONFIG: folder } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Docker's configuration file, as `docker login` writes it. */
function dockerConfig(logins: readonly Login[]): string {
  const auths = logins.map(({ registry, credentials }) => [registry, storedAuth(credentials)] as const);
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

function storedAuth(credentials: Credentials): object {
  return credentials.kind === 'password'
    ? { auth: Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64') }
    : { identitytoken: credentials.token };
}
