import type { Tag } from '../model/index.ts';
import type { Reference } from '../oci/index.ts';
import { checkAttestations } from './checks/attestation-checks.ts';
import { checkDigests, checkIdentity, checkReferrers, checkSignatures } from './checks/content-checks.ts';
import { checkLock } from './checks/lock-check.ts';
import { checkRelease, type ReleaseDemands } from './checks/release-check.ts';
import { checkSbom } from './checks/sbom-check.ts';
import { checkScan, type ScanDemands } from './checks/scan-check.ts';
import { checkTests } from './checks/test-check.ts';
import type { ImageFacts } from './facts.ts';
import { attempt, attemptSync, faultsOf, toFault } from './read.ts';
import { findNamed, readImage, type ReadImageDeps } from './read-image.ts';
import { toCheck, type Verification, type VerifyCheck } from './result.ts';
import { trustText, type Trust } from './trust.ts';

/** What an image has to be like beyond being ours. */
export type Demands = ReleaseDemands & ScanDemands;

export interface VerifyRequest {
  /** As it was asked for. */
  readonly name: string;
  readonly reference: Reference;
  readonly demands: Demands;
}

/** Reads everything about an image, then judges it. Each check is made, whatever the others say. */
export async function verifyImage(request: VerifyRequest, deps: ReadImageDeps): Promise<Verification> {
  const { name, reference, demands } = request;
  const identity = trustText(deps.trust);
  const image = await attempt(() => findNamed(reference, deps.registry));
  if (image.kind === 'unread') {
    const checks = [toCheck('digest', 'nothing that can be trusted is there', faultsOf(image))];
    return { reference: name, identity, checks };
  }
  const tag: Tag | undefined = reference.kind === 'tag' ? reference.tag : undefined;
  const facts = await readImage(
    { reference: name, ...(tag === undefined ? {} : { tag }), image: image.value },
    deps,
  );
  return { reference: name, ref: facts.ref, identity, checks: judgeImage(facts, demands, deps.trust) };
}

/** Pure: every check on what was read. */
export function judgeImage(facts: ImageFacts, demands: Demands, trust: Trust): readonly VerifyCheck[] {
  return [
    checkDigests(facts),
    checkSignatures(facts, trust),
    ...(trust.identity === undefined ? [] : [checkIdentity(facts, trust.identity)]),
    checkReferrers(facts),
    ...checkAttestations(facts, trust),
    guarded('sbom', () => checkSbom(facts)),
    guarded('lock', () => checkLock(facts)),
    checkRelease(facts, demands),
    guarded('scan', () => checkScan(facts, demands)),
    guarded('tests', () => checkTests(facts)),
  ];
}

/** A signed predicate of another shape than we know fails its check, and no other. */
function guarded(check: string, judge: () => VerifyCheck): VerifyCheck {
  const judged = attemptSync(judge);
  return judged.kind === 'read' ? judged.value : toCheck(check, 'it cannot be read', [toFault(judged.error)]);
}
