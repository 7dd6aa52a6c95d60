import { FactoryError } from '../model/index.ts';
import type { BuildId, DigestRef, ImageOutcome, Lock, TestReport } from '../model/index.ts';
import { PREDICATE_TYPE, referenceText } from '../oci/index.ts';
import { decideGate } from '../stages/gate/index.ts';
import { healTags, isComplete } from '../stages/promote/index.ts';
import { parseLockPredicate, parseTestPredicate, readAttestation } from '../stages/sign/index.ts';
import type { RunDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { keepReports } from './keep-records.ts';
import { placesOf, type PlannedImage } from './plan-image.ts';
import { publishedManifests } from './published-manifests.ts';
import { publishedSboms } from './published-sboms.ts';
import { scanImage } from './scan-image.ts';
import { signFurther } from './sign-further.ts';
import type { StageClock } from './stage-clock.ts';

/**
 * A published image whose inputs did not move, or that the track went back to, is not built again, but what is known about it moves on: it is
 * scanned and gated anew, and tags that a crash left behind are brought up.
 *
 * @returns undefined where something of the release is missing, so that the image has to be made again
 */
export async function recheckImage(
  { rendered, released, isPublished }: PlannedImage,
  deps: RunDeps,
  clock: StageClock,
): Promise<ImageOutcome | undefined> {
  const { entry } = rendered.locked;
  const places = placesOf(entry, deps);
  if (released === undefined || !(await isComplete(released, places, deps))) {
    return undefined;
  }
  const ref = { repository: places.repository, digest: released.digest };
  const report = await publishedTestReport(ref, deps);
  if (report === undefined) {
    return undefined;
  }
  const lock = isPublished ? rendered.locked.lock : await publishedLock(ref, deps);
  await healTags(released, places, deps.sign);
  if (deps.furtherSigners.length > 0) {
    await signPublished(ref, places.copies, deps);
  }
  const scan = await clock.run('scan', () =>
    scanImage(entry, { lock, ref, sboms: () => publishedSboms(ref, deps) }, deps),
  );
  await keepReports(entry.id, { report, scan }, deps);
  const facts = { entry, report, scan };
  const verdict = await clock.run(
    'gate',
    () => decideGate(facts, gateConditions(deps)),
    ({ kind }) => kind,
  );
  const common = { id: entry.id, buildId: released.buildId as BuildId, scan, report };
  return verdict.kind === 'block'
    ? { kind: 'blocked', reasons: verdict.reasons, ...common }
    : { kind: 'unchanged', ref, record: released, ...common };
}

/** A signer that was named after the release signs it as well. */
async function signPublished(ref: DigestRef, copies: readonly string[], deps: RunDeps): Promise<void> {
  const platforms = await publishedManifests(ref, deps.registry);
  const digests = [ref.digest, ...platforms.map(({ digest }) => digest)];
  await signFurther([ref.repository, ...copies], digests, deps);
}

async function publishedTestReport(ref: DigestRef, deps: RunDeps): Promise<TestReport | undefined> {
  const predicate = await readAttestation(ref, PREDICATE_TYPE.testResult, deps);
  return predicate === undefined ? undefined : parseTestPredicate(predicate);
}

/** Of a release that the track went back to: its inputs are not those of today. */
async function publishedLock(ref: DigestRef, deps: RunDeps): Promise<Lock> {
  const predicate = await readAttestation(ref, PREDICATE_TYPE.lock, deps);
  if (predicate === undefined) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot read the lock of ${referenceText(ref)}: it is not there`,
      {
        hint: 'its attestations were removed: `ingot rollback` to another release',
      },
    );
  }
  return parseLockPredicate(predicate).lock;
}
