import { existsSync } from 'node:fs';
import { createProcessRunner, type ProcessRunner } from '../host/process.ts';
import { FactoryError, ToolError, type Keyless, type NotationKey } from '../model/index.ts';
import { createKeylessSigner, createNotationSigner, type FurtherSigner } from '../stages/sign/index.ts';
import type { FactoryRequest } from './factory.ts';
import { rootVariables } from './root-variables.ts';

type SigningRequest = Pick<FactoryRequest, 'catalog' | 'target' | 'environment' | 'signal'>;

/** Before anything is fetched or built: a night of work is not lost to a signer that is not there. */
export async function assertFurtherSigners({ target, environment, signal }: SigningRequest): Promise<void> {
  const { notation, keyless } = target.signing ?? {};
  if (notation !== undefined) {
    await assertNotation(notation, createProcessRunner(), signal);
  }
  if (keyless !== undefined && !canGetToken(keyless, environment)) {
    throw new FactoryError(
      'USAGE',
      `cannot sign as "${keyless.identity}": expected an identity token in ${keyless.tokenVariable}, got none`,
      { hint: `have "${keyless.issuer}" issue one for the audience "sigstore", and put it there` },
    );
  }
}

/** Where Kubernetes renews a token while a pod runs, and cosign looks by itself. */
const TOKEN_FILE = '/var/run/sigstore/cosign/oidc-token';
/** By which cosign has GitHub issue a token for each signature: theirs live for minutes, a night for longer. */
const GITHUB_VARIABLES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];

function canGetToken({ tokenVariable }: Keyless, environment: NodeJS.ProcessEnv): boolean {
  return (
    isSet(environment, tokenVariable) ||
    GITHUB_VARIABLES.every((variable) => isSet(environment, variable)) ||
    existsSync(TOKEN_FILE)
  );
}

function isSet(environment: NodeJS.ProcessEnv, variable: string): boolean {
  return (environment[variable] ?? '') !== '';
}

async function assertNotation(
  notation: NotationKey,
  processes: ProcessRunner,
  signal: AbortSignal,
): Promise<void> {
  const [kind, name] = notation.kind === 'key' ? ['key', notation.name] : ['plugin', notation.plugin];
  let listed: string;
  try {
    listed = (await processes.run(['notation', kind, 'ls'], { signal })).stdout;
  } catch (cause) {
    if (!(cause instanceof ToolError)) {
      throw cause;
    }
    throw new FactoryError('HOST_UNSUPPORTED', `cannot sign with notation: ${cause.message}`, {
      hint: 'install notation 1.3 or newer on PATH, or take "notation" out of the target',
      cause,
    });
  }
  const names = listed.split('\n').map((line) => line.replace(/^\*/, '').trim().split(/\s+/));
  if (!names.some((words) => words.includes(name))) {
    throw new FactoryError('USAGE', `cannot sign with notation: it has no ${kind} "${name}"`, {
      hint: `see \`notation ${kind} ls\`; add it as docs/signing.md says`,
    });
  }
}

export function openFurtherSigners(
  { catalog, target, environment, signal }: SigningRequest,
  { processes, cosign }: { readonly processes: ProcessRunner; readonly cosign: string },
): readonly FurtherSigner[] {
  const { notation, keyless } = target.signing ?? {};
  const deps = { processes, signal };
  const variables = keyless && keylessVariables(keyless, { folder: catalog.folder, environment });
  return [
    ...(notation ? [createNotationSigner(notation, deps)] : []),
    ...(keyless && variables ? [createKeylessSigner(keyless, { ...deps, cosign, variables })] : []),
  ];
}

/**
 * cosign takes the token from SIGSTORE_ID_TOKEN, else gets one where the machine can; and the roots of another service
 * than Sigstore's own from files.
 */
function keylessVariables(
  { tokenVariable, roots }: Keyless,
  { folder, environment }: { readonly folder: string } & Pick<SigningRequest, 'environment'>,
): Readonly<Record<string, string>> {
  const token = environment[tokenVariable];
  return {
    ...(token && { SIGSTORE_ID_TOKEN: token }),
    ...(roots && rootVariables(roots, folder)),
  };
}
