import { createProcessRunner, type ProcessRunner } from '../host/process.ts';
import path from 'node:path';
import { FactoryError, ToolError, type Keyless, type NotationKey } from '../model/index.ts';
import { createKeylessSigner, createNotationSigner, type FurtherSigner } from '../stages/sign/index.ts';
import type { FactoryRequest } from './factory.ts';

type SigningRequest = Pick<FactoryRequest, 'catalog' | 'target' | 'environment' | 'signal'>;

/** Before anything is fetched or built: a night of work is not lost to a signer that is not there. */
export async function assertFurtherSigners({ target, environment, signal }: SigningRequest): Promise<void> {
  const { notation, keyless } = target.signing ?? {};
  if (notation !== undefined) {
    await assertNotation(notation, createProcessRunner(), signal);
  }
  if (keyless !== undefined && (environment[keyless.tokenVariable] ?? '') === '') {
    throw new FactoryError(
      'USAGE',
      `cannot sign as "${keyless.identity}": expected an identity token in ${keyless.tokenVariable}, got none`,
      { hint: `have "${keyless.issuer}" issue one for the audience "sigstore", and put it there` },
    );
  }
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

/** cosign takes the token from SIGSTORE_ID_TOKEN, and the roots of another service than Sigstore's own from files. */
function keylessVariables(
  { tokenVariable, roots }: Keyless,
  { folder, environment }: { readonly folder: string } & Pick<SigningRequest, 'environment'>,
): Readonly<Record<string, string>> {
  return {
    SIGSTORE_ID_TOKEN: environment[tokenVariable] ?? '',
    ...(roots && {
      SIGSTORE_ROOT_FILE: path.join(folder, roots.fulcio),
      SIGSTORE_REKOR_PUBLIC_KEY: path.join(folder, roots.rekor),
      SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: path.join(folder, roots.ctlog),
    }),
  };
}
