import type { BuildId, DigestRef, ImageOutcome, TestReport } from '../model/index.ts';
import { PREDICATE_TYPE } from '../oci/index.ts';
import { decideGate } from '../stages/gate/index.ts';
import { healTags, isComplete } from '../stages/promote/index.ts';
import { parseTestPredicate, readAttestation } from '../stages/sign/index.ts';
import type { RunDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { keepReports } from './keep-records.ts';
import { placesOf, type PlannedImage } from './plan-image.ts';
import { publishedLock } from './published-lock.ts';
import { publishedSboms } from './published-sboms.ts';
import { scanImage } from './scan-image.ts';
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

async function publishedTestReport(ref: DigestRef, deps: RunDeps): Promise<TestReport | undefined> {
  const predicate = await readAttestation(ref, PREDICATE_TYPE.testResult, deps);
  return predicate === undefined ? undefined : parseTestPredicate(predicate);
}
