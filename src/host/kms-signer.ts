import { FactoryError, ToolError } from '../model/index.ts';
import type { ImageSigner, VerifySignature } from '../oci/index.ts';
import type { ProcessRunner } from './process.ts';

export interface KmsSignerDeps {
  readonly processes: ProcessRunner;
  /** Path of the cosign program. */
  readonly cosign: string;
  /** By the public key that the catalog has for it. */
  readonly verify: VerifySignature;
  readonly signal: AbortSignal;
}

/** A service far away, asked for one signature. */
const KMS_TIMEOUT_MS = 60_000;

/** Bytes on stdin, base64 of the signature on stdout; credentials are what the service's own library finds. */
export function signBlobArgs(cosign: string, uri: string): readonly string[] {
  return [
    cosign,
    'sign-blob',
    `--key=${uri}`,
    // As for the key pair: no entry in a public transparency log.
    '--tlog-upload=false',
    '--yes',
    '-',
  ];
}

/**
 * Signs with a key that never leaves its service. Only the signing goes through cosign, which speaks to all of them:
 * what is signed, and where it is put, is the same as with the key pair of this machine. The signature has to fit the
 * public key in the catalog: a key that was rotated in the service alone would sign what nobody can verify.
 */
export function createKmsSigner(uri: string, deps: KmsSignerDeps): ImageSigner {
  return {
    sign: async (bytes) => {
      const signature = Buffer.from(await signBlob(uri, bytes, deps), 'base64');
      if (!deps.verify(bytes, signature)) {
        throw new FactoryError(
          'SIGNATURE_INVALID',
          `cannot sign with "${uri}": its signature does not fit the public key in the catalog`,
          { hint: `compare "public-key" with what \`cosign public-key --key ${uri}\` prints` },
        );
      }
      return signature;
    },
  };
}

async function signBlob(uri: string, bytes: Uint8Array, deps: KmsSignerDeps): Promise<string> {
  const { processes, cosign, signal } = deps;
  try {
    const input = Buffer.from(bytes).toString('utf8');
    const { stdout } = await processes.run(signBlobArgs(cosign, uri), {
      input,
      signal,
      timeoutMs: KMS_TIMEOUT_MS,
    });
    return stdout.trim();
  } catch (cause) {
    if (!(cause instanceof ToolError) || signal.aborted) {
      throw cause;
    }
    const reason = cause.stderrTail.split('\n').at(-1) || cause.message;
    throw new FactoryError('TOOL_FAILED', `cannot sign with "${uri}": ${reason}`, {
      hint: reason.includes('unrecognized scheme')
        ? 'set INGOT_COSIGN to a cosign that has this service built in: Debian has AWS alone'
        : `see that \`cosign public-key --key ${uri}\` works here: it uses the same credentials`,
      cause,
    });
  }
}
