import { z } from 'zod';
import type { ProcessRunner } from '../host/process.ts';
import { FactoryError, ToolError, type DigestRef } from '../model/index.ts';
import { envelopePayload, parseJson, referenceText, signedDigest } from '../oci/index.ts';
import type { Judge, Trust } from './trust.ts';

export interface KeylessIdentity {
  /** Exactly what the certificate names: an address, or the URL of a workflow. */
  readonly identity: string;
  /** Who vouches for it: the OIDC issuer, exactly. */
  readonly issuer: string;
}

export interface CosignDeps {
  readonly processes: ProcessRunner;
  /** Path of the program. */
  readonly cosign: string;
  readonly signal: AbortSignal;
}

const COSIGN_TIMEOUT_MS = 120_000;
/** What messages call it. */
const OUTPUT = 'output of cosign';
/** What cosign says when it has looked and found nothing valid; its exit code is 1 for a registry that is down as well. */
const NOTHING_VALID =
  /no (?:matching )?(?:signatures|attestations)|none of the attestations|none of the expected identities/;

/**
 * Signatures by an identity that a certificate names for some minutes. cosign verifies certificate, transparency log and
 * signature; we only ask which envelopes it accepts. Identity and issuer are compared as they are, never as patterns.
 */
export function keylessTrust({ identity, issuer }: KeylessIdentity, deps: CosignDeps): Trust {
  const cosignArgs = [`--certificate-identity=${identity}`, `--certificate-oidc-issuer=${issuer}`];
  return {
    identity: `${identity} (by ${issuer})`,
    cosignArgs,
    judge: async (ref, types) => {
      const image = referenceText(ref);
      const signed = await runCosign(['verify', ...cosignArgs, '--output=json', image], deps);
      const accepted = [];
      for (const type of types) {
        const args = ['verify-attestation', ...cosignArgs, '--output=json', `--type=${type}`, image];
        accepted.push(...(await runCosign(args, deps)));
      }
      return toJudge(ref, signed, accepted);
    },
  };
}

function toJudge(ref: DigestRef, signed: readonly string[], accepted: readonly string[]): Judge {
  const digests = signed
    .flatMap((line) => parseJson(Buffer.from(line), z.array(z.unknown()), OUTPUT))
    .map((payload) => signedDigest(Buffer.from(JSON.stringify(payload)), OUTPUT));
  const payloads = new Set(accepted.map((line) => textOf(envelopePayload(Buffer.from(line), OUTPUT))));
  return {
    // cosign does not say which layer it accepted; it was asked about this image alone
    acceptsSignature: (payload) =>
      digests.includes(ref.digest) && signedDigest(payload, 'signature') === ref.digest,
    accept: (envelope, what) => {
      const payload = envelopePayload(envelope, what);
      return payloads.has(textOf(payload)) ? payload : undefined;
    },
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** cosign's output, one JSON text per line; none where it accepts nothing. */
async function runCosign(args: readonly string[], deps: CosignDeps): Promise<readonly string[]> {
  try {
    const { stdout } = await deps.processes.run([deps.cosign, ...args], {
      timeoutMs: COSIGN_TIMEOUT_MS,
      signal: deps.signal,
    });
    return stdout.split('\n').filter((line) => line.trim() !== '');
  } catch (cause) {
    if (!(cause instanceof ToolError) || deps.signal.aborted) {
      throw cause;
    }
    if (NOTHING_VALID.test(cause.stderrTail)) {
      return [];
    }
    const reason = cause.stderrTail.split('\n').at(-1) || cause.message;
    throw new FactoryError('TOOL_FAILED', `cannot verify signatures: ${reason}`, {
      hint: 'keyless signatures need cosign, and its trusted roots or the network to fetch them',
      cause,
    });
  }
}
