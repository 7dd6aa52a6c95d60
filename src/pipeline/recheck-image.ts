import { withdrawalOf } from '../model/index.ts';
import type {
  BuildId,
  CatalogEntry,
  DigestRef,
  ImageOutcome,
  ImageRepositories,
  Lock,
  LockedImage,
  ReleaseRecord,
  TestReport,
} from '../model/index.ts';
import {
  ATTACHMENT_ANNOTATION,
  listAttached,
  PREDICATE_TYPE,
  rememberReads,
  REQUIRED_ATTESTATIONS,
} from '../oci/index.ts';
import {
  decideGate,
  decisionsOnFindings,
  expiredHolds,
  lockedAt,
  type GateFacts,
} from '../stages/gate/index.ts';
import { healTags, isComplete, isHealed } from '../stages/promote/index.ts';
import { parseTestPredicate, readAttestation } from '../stages/sign/index.ts';
import { lookForPublishedFiles } from './absent-files.ts';
import type { DecisionLog } from './decision-log.ts';
import type { RunDeps, RunningDeps } from './deps.ts';
import { rememberVerdict } from './follow-verdict.ts';
import { gateConditions } from './gate-conditions.ts';
import { releaseVex } from './image-vex.ts';
import { keepReports, keepVex } from './keep-records.ts';
import { placesOf, type PlannedImage } from './plan-image.ts';
import { publishedManifests } from './published-manifests.ts';
import { publishedLock } from './published-lock.ts';
import { publishedLicences } from './published-licences.ts';
import { reattestImage } from './reattest-image.ts';
import { publishedPlaces, scanImage } from './scan-image.ts';
import { signFurther } from './sign-further.ts';
import type { StageClock } from './stage-clock.ts';

/** Either it is as good as it was, or it is not. */
export type RecheckOutcome = Exclude<
  ImageOutcome,
  { readonly kind: 'frozen' | 'postponed' | 'kept' | 'failed' }
>;

/** A release; what it is made of is looked up, unless the plan is to make the same again. */
export interface RecheckRequest extends Pick<PlannedImage, 'released' | 'isPublished'> {
  readonly rendered: { readonly locked: Pick<LockedImage, 'entry'> & Partial<Pick<LockedImage, 'lock'>> };
}

/** What goes on while a release is looked at. */
export interface RecheckWork {
  readonly clock: StageClock;
  readonly decisions: DecisionLog;
}

/**
 * A published image whose inputs did not move, or that the track went back to, is not built again, but what is known
 * about it moves on: it is scanned and gated anew, and tags that a crash left behind are brought up. One that policy
 * now says no to stays published, and is told once.
 *
 * @returns undefined where something of the release is missing, so that the image has to be made again
 */
export async function recheckImage(
  { rendered, released, isPublished }: RecheckRequest,
  asked: RunningDeps,
  work: RecheckWork,
): Promise<RecheckOutcome | undefined> {
  // what writes goes through `sign`, which sees the registry as it is
  const deps = { ...asked, registry: rememberReads(asked.registry) };
  const { entry } = rendered.locked;
  const places = placesOf(entry, deps);
  if (released === undefined || !(await isComplete(released, places, deps))) {
    return undefined;
  }
  const ref = { repository: places.repository, digest: released.digest };
  const attested = await attestedFacts(ref, deps);
  if (isPublished && (tellsTooLittle(attested, deps) || (await lacksAttestation(ref, deps)))) {
    return undefined;
  }
  const lock = (isPublished ? rendered.locked.lock : undefined) ?? (await publishedLock(ref, deps));
  const release = { entry, released, places, ref, lock, attested };
  await bringUp(release, deps);
  return judge(release, deps, work);
}

/** A release that is whole, and what it tells of itself. */
interface WholeRelease {
  readonly entry: CatalogEntry;
  readonly released: ReleaseRecord;
  readonly places: ImageRepositories;
  readonly ref: DigestRef;
  readonly lock: Lock;
  readonly attested: Attested;
}

/** What a crash left behind, and signers that were named since. What was withdrawn gets no tag back. */
async function bringUp({ entry, released, places, ref }: WholeRelease, deps: RunDeps): Promise<void> {
  const release = { digest: released.digest, uniqueTag: released.tags.unique, image: entry.id };
  const isWithdrawn = withdrawalOf(gateConditions(deps).decisions, release) !== undefined;
  const { registry, sign } = deps;
  if (!isWithdrawn && !(await isHealed(released, places, { ...sign, registry }))) {
    await healTags(released, places, sign);
  }
  if (deps.furtherSigners.length > 0) {
    await signPublished(ref, places.copies, deps);
  }
}

/** With what is known of it today. */
async function judge(
  { entry, released, places, ref, lock, attested }: WholeRelease,
  deps: RunningDeps,
  { clock, decisions }: RecheckWork,
): Promise<RecheckOutcome> {
  const conditions = gateConditions(deps);
  const scan = await clock.run('scan', () =>
    scanImage(entry, { lock, ref, ...publishedPlaces(ref, deps) }, deps),
  );
  await keepReports(entry.id, { report: attested.report ?? NO_REPORT, scan }, deps);
  const facts = {
    entry,
    scan,
    ...attested,
    ...lockedAt(lock),
    release: { digest: released.digest, uniqueTag: released.tags.unique },
    expiredHolds: expiredHolds(lock, entry.id, conditions),
    filesLookedFor: await lookForPublishedFiles({ entry, scan }, ref, deps),
  };
  decisions.add(decisionsOnFindings(facts, conditions));
  const vex = await releaseVex({ ...facts, ...ref, lock, index: ref.digest }, conditions, deps.registry);
  await keepVex(entry.id, vex, deps);
  const verdict = await clock.run(
    'gate',
    () => decideGate(facts, conditions),
    ({ kind }) => kind,
  );
  const buildId = released.buildId as BuildId;
  const told = await rememberVerdict(verdict, { entry, released, judged: 'release', buildId }, deps);
  const judged = { id: entry.id, buildId, scan, subject: ref.digest };
  await reattestImage({ ...judged, entry, places, verdict, ...(vex && { vex }) }, deps, clock);
  const common = { id: entry.id, buildId, scan, report: attested.report ?? NO_REPORT };
  return verdict.kind === 'pass'
    ? { kind: 'unchanged', ref, record: released, ...common }
    : { kind: 'blocked', reasons: verdict.reasons, ...told, ...common };
}

/** Where policy does not ask for one. */
const NO_REPORT: TestReport = { checks: [], contents: [] };

type Attested = Pick<GateFacts, 'report' | 'licences'>;

/** What the release itself tells of what policy asks. */
async function attestedFacts(ref: DigestRef, deps: RunDeps): Promise<Attested> {
  const report = await publishedTestReport(ref, deps);
  const isAsked = deps.catalog.policy.deniedLicences.length > 0;
  const licences = isAsked ? await publishedLicences(ref, deps) : [];
  return {
    ...(report === undefined ? {} : { report }),
    ...(licences === undefined ? {} : { licences }),
  };
}

/** Making it again would tell more. A release that the track went back to cannot be made again: the gate says no to it. */
function tellsTooLittle({ report, licences }: Attested, { catalog: { policy } }: RunDeps): boolean {
  return (report === undefined && policy.requireTestReport) || licences === undefined;
}

/** Releases of an older version have fewer: making one again attests the rest, and releases nothing new. */
async function lacksAttestation(ref: DigestRef, { registry, sign }: RunDeps): Promise<boolean> {
  if (sign.bundles?.form === 'bundle') {
    return false;
  }
  const attached = await listAttached(ref, 'att', registry);
  const types = attached.map(({ annotations }) => annotations?.[ATTACHMENT_ANNOTATION.predicateType]);
  return REQUIRED_ATTESTATIONS.image.some((type) => !types.includes(type));
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
