import canonicalize from 'canonicalize';
import { z } from 'zod';
import { InternalError } from '../../model/index.ts';
import type { BuildId, GateVerdict, ImageId, Policy } from '../../model/index.ts';
import { sha256Of } from '../../oci/index.ts';
import type { Evidence } from './evidence.ts';

/** The run that last judged an image: when, by which policy and decisions, and with which result. */
export function runPredicate(
  image: { readonly id: ImageId; readonly buildId: BuildId },
  evidence: Evidence,
): object {
  const { run, gate, stages } = evidence;
  const { used, ...source } = gate.decisions;
  return {
    run: { id: run.id, startedAt: run.startedAt, attestedAt: run.attestedAt },
    ingot: run.ingot,
    builder: run.builderId,
    target: run.target,
    image: image.id,
    buildId: image.buildId,
    stages,
    decisions: { ...source, used },
    policy: { digest: policyDigest(gate.policy), demands: gate.policy },
    verdict: gate.verdict,
  };
}

function policyDigest(policy: Policy): string {
  const text = canonicalize(policy);
  if (text === undefined) {
    throw new InternalError('the policy has no canonical form');
  }
  return sha256Of(text);
}

const RunSchema = z.object({
  verdict: z.object({
    kind: z.enum(['pass', 'block']),
    reasons: z.array(z.object({ rule: z.string() })).optional(),
  }),
});

/** The verdict and its rules, as one text that two runs can be compared by; messages hold ages that change daily. */
export function verdictKey({
  kind,
  ...verdict
}: Pick<GateVerdict, 'kind'> & { reasons?: readonly { rule: string }[] }): string {
  const rules = new Set((verdict.reasons ?? []).map(({ rule }) => rule));
  return [kind, ...[...rules].sort()].join(' ');
}

/** Of an attested run; undefined for one of another version of ingot. */
export function attestedVerdict(predicate: unknown): string | undefined {
  const parsed = RunSchema.safeParse(predicate);
  if (!parsed.success) {
    return undefined;
  }
  const { kind, reasons = [] } = parsed.data.verdict;
  return verdictKey({ kind, reasons });
}
