import { z } from 'zod';
import type { ProcessRunner } from '../../host/process.ts';
import { FactoryError, ToolError } from '../../model/index.ts';
import type { DigestRef } from '../../model/index.ts';
import { envelopePayload, parseJson, referenceText, signedDigest } from '../../oci/index.ts';
import type { RegistryPool } from '../../oci/index.ts';
import { verifyArgs, verifyAttestationArgs } from './cosign-args.ts';
import type { BundleForm } from './cosign-args.ts';
import type { BundleSettings, StatementToAttach } from './attached.ts';

/** An image in a repository, and everything that must be found attached to it. */
export interface ExpectedImage {
  readonly ref: DigestRef;
  readonly statements: readonly StatementToAttach[];
}

export interface VerifyDeps {
  readonly processes: ProcessRunner;
  /** Path of the cosign program. */
  readonly cosign: string;
  readonly publicKeyFile: string;
  readonly signal: AbortSignal;
  readonly pool: RegistryPool;
  /** Absent: there are no bundles to verify. */
  readonly bundles?: BundleSettings;
}

/** cosign reads a few small blobs per image; a registry that hangs must not hang the run. */
const COSIGN_TIMEOUT_MS = 120_000;
/** What messages call it. */
const OUTPUT = 'output of cosign';

/**
 * Has cosign itself, which shares no code with what signed, read everything back from the registry.
 *
 * One start per predicate type and one for the signatures, each over all images: a start alone costs 30 ms.
 * Measured on 2 cores: 0.15 s for an image of one platform, 0.2 s with a copy in a second namespace. cosign says
 * which envelopes it accepted, and those are compared with what was to be attached, for it is content with one
 * valid attestation of a type.
 */
export async function verifyPublished(images: readonly ExpectedImage[], deps: VerifyDeps): Promise<void> {
  const types = new Set(images.flatMap(({ statements }) => statements.map((each) => each.predicateType)));
  const checks = [
    () => verifySignatures(images, deps),
    ...[...types].flatMap((type) =>
      formsOf(deps).map((form) => () => verifyAttestations({ type, form }, images, deps)),
    ),
  ];
  await deps.pool.map(checks, (check) => check());
}

function formsOf({ bundles }: VerifyDeps): readonly (BundleForm | undefined)[] {
  const { form = 'classic', trustedRootFile = '' } = bundles ?? {};
  return [
    ...(form === 'bundle' ? [] : [undefined]),
    ...(form === 'classic' ? [] : [{ kind: 'bundle', trustedRootFile } as const]),
  ];
}

async function verifySignatures(images: readonly ExpectedImage[], deps: VerifyDeps): Promise<void> {
  const references = images.map(({ ref }) => referenceText(ref));
  const args = verifyArgs(deps.cosign, { key: deps.publicKeyFile, images: references });
  const stdout = await runCosign(args, deps);
  const payloads = stdout.flatMap((line) => parseJson(Buffer.from(line), z.array(z.unknown()), OUTPUT));
  const digests = payloads.map((payload) => signedDigest(Buffer.from(JSON.stringify(payload)), OUTPUT));
  for (const { ref } of images) {
    if (!digests.includes(ref.digest)) {
      throw unverified(referenceText(ref), 'cosign found no signature of it');
    }
  }
}

async function verifyAttestations(
  { type: predicateType, form }: { readonly type: string; readonly form: BundleForm | undefined },
  images: readonly ExpectedImage[],
  deps: VerifyDeps,
): Promise<void> {
  const expected = images.map(({ ref, statements }) => ({
    ref,
    payloads: statements.filter((each) => each.predicateType === predicateType).map(({ payload }) => payload),
  }));
  const attested = expected.filter(({ payloads }) => payloads.length > 0);
  const args = verifyAttestationArgs(deps.cosign, predicateType, {
    key: deps.publicKeyFile,
    images: attested.map(({ ref }) => referenceText(ref)),
    ...(form && { form }),
  });
  const stdout = await runCosign(args, deps);
  const accepted = new Set(stdout.map((line) => textOf(envelopePayload(Buffer.from(line), OUTPUT))));
  for (const { ref, payloads } of attested) {
    if (!payloads.every((payload) => accepted.has(textOf(payload)))) {
      throw unverified(referenceText(ref), `cosign did not accept its attestation "${predicateType}"`);
    }
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** cosign's output, one JSON text per line. */
async function runCosign(args: readonly string[], deps: VerifyDeps): Promise<readonly string[]> {
  const options = { timeoutMs: COSIGN_TIMEOUT_MS, signal: deps.signal };
  try {
    const { stdout } = await deps.processes.run([...args, '--output=json'], options);
    return stdout.split('\n').filter((line) => line.trim() !== '');
  } catch (cause) {
    throw cosignError(cause, deps.signal);
  }
}

/**
 * What cosign says when it has looked and found nothing valid. Its exit codes do not tell: 1 stands for most
 * verdicts on attestations, and for a registry that is down.
 */
const VERDICT = /no (?:matching )?(?:signatures|attestations)|none of the attestations/;

function cosignError(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new FactoryError('CANCELLED', 'cannot verify signatures: the run was stopped', { cause });
  }
  if (!(cause instanceof ToolError)) {
    return cause;
  }
  const reason = cause.stderrTail.split('\n').at(-1) || cause.message;
  if (VERDICT.test(cause.stderrTail)) {
    return new FactoryError('SIGNATURE_INVALID', `cannot verify signatures: ${reason}`, {
      hint: 'what the registry serves is not what was signed; see who else can write to this repository',
      cause,
    });
  }
  return new FactoryError('TOOL_FAILED', `cannot verify signatures: ${reason}`, { cause });
}

function unverified(reference: string, reason: string): FactoryError {
  return new FactoryError('SIGNATURE_INVALID', `cannot verify ${reference}: ${reason}`);
}
