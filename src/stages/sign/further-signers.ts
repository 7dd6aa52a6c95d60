import type { ProcessRunner } from '../../host/process.ts';
import { FactoryError, ToolError } from '../../model/index.ts';
import type { DigestRef, Keyless, NotationKey } from '../../model/index.ts';
import { isLoopback, parseRepository, referenceText } from '../../oci/index.ts';
import { keylessSignArgs, keylessVerifyArgs, notationListArgs, notationSignArgs } from './further-args.ts';
import type { KeylessToVerify } from './further-args.ts';

/** Signs an image beside our key, for consumers who trust something else. Does nothing where that is done. */
export type FurtherSigner = (ref: DigestRef) => Promise<void>;

export interface FurtherSignerDeps {
  readonly processes: ProcessRunner;
  readonly signal: AbortSignal;
}

/** A plug-in asks a service, and that a registry. */
const TIMEOUT_MS = 120_000;

export function createNotationSigner(key: NotationKey, deps: FurtherSignerDeps): FurtherSigner {
  return async (ref) => {
    const image = referenceText(ref);
    const isPlain = isLoopback(parseRepository(ref.repository).registry);
    const listed = await run(notationListArgs(image, isPlain), deps);
    // `└── application/vnd.cncf.notary.signature` with the digests of the signatures below it
    if (!/── sha256:/.test(listed)) {
      await run(notationSignArgs(key, image, isPlain), deps);
    }
  };
}

export interface KeylessDeps extends FurtherSignerDeps {
  /** Path of the cosign program. */
  readonly cosign: string;
  /** Whom to believe, and for signing the identity token: for cosign's environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The signature is verified as the registry serves it, so that a certificate of somebody else is noticed here. */
export function createKeylessSigner(keyless: Keyless, deps: KeylessDeps): FurtherSigner {
  return async (ref) => {
    const image = referenceText(ref);
    if ((await keylessRefusal(image, keyless, deps)) === undefined) {
      return;
    }
    await run(keylessSignArgs(deps.cosign, keyless, image), deps, deps.variables);
    const refusal = await keylessRefusal(image, keyless, deps);
    if (refusal !== undefined) {
      throw new FactoryError(
        'SIGNATURE_INVALID',
        `cannot verify ${image}: it is signed, but not as "${keyless.identity}" of "${keyless.issuer}", ${refusal}`,
        { hint: 'compare "identity" and "issuer" in catalog.json with whom the token is for' },
      );
    }
  };
}

/** What cosign says when it has looked, and there is no signature of this identity. */
const NOT_SIGNED = /no (?:matching )?signatures|none of the expected identities/;

/** Undefined where exactly this identity signed the image; else whose signature is the newest. */
export async function keylessRefusal(
  image: string,
  keyless: KeylessToVerify,
  deps: KeylessDeps,
): Promise<string | undefined> {
  try {
    await run(keylessVerifyArgs(deps.cosign, keyless, image), deps, deps.variables);
    return undefined;
  } catch (error) {
    const said =
      error instanceof FactoryError && error.cause instanceof ToolError ? error.cause.stderrTail : '';
    if (!NOT_SIGNED.test(said)) {
      throw error;
    }
    return said.match(/got subjects .*/g)?.at(-1) ?? 'got no certificate';
  }
}

async function run(
  args: readonly string[],
  { processes, signal }: FurtherSignerDeps,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    return (await processes.run(args, { env, signal, timeoutMs: TIMEOUT_MS })).stdout;
  } catch (cause) {
    if (!(cause instanceof ToolError) || signal.aborted) {
      throw cause;
    }
    const [program = '', verb = ''] = args;
    const name = program.split('/').at(-1) ?? program;
    const lines = cause.stderrTail.split('\n').filter((line) => line.trim() !== '');
    throw new FactoryError(
      'TOOL_FAILED',
      `cannot have ${name} ${verb} ${args.at(-1) ?? ''}: ${lines.find((line) => /error/i.test(line)) ?? cause.message}`,
      { hint: 'docs/signing.md says what each signer needs', cause },
    );
  }
}
