import { FactoryError, withdrawalOf } from '../../model/index.ts';
import type {
  BuildId,
  Decision,
  DigestRef,
  PromotedImage,
  ReleaseRecord,
  Sha256,
  SignedImage,
  Tag,
} from '../../model/index.ts';
import { parseRepository, parseTag, referenceText } from '../../oci/index.ts';
import type { RegistryClient } from '../../oci/index.ts';
import { healTags } from './heal.ts';
import { buildTag } from './release-record.ts';
import { isRecordOurs, readingDeps, readRelease, writeRecord } from './release-store.ts';
import type { WriteDeps } from './release-store.ts';
import { assertNotWithdrawn, withdrawnWith } from './withdrawn.ts';
import { putTag } from './tags.ts';
import { uniqueTag } from './unique-tag.ts';

/** What a release is called, and why it is made. */
export interface Release {
  readonly track: Tag;
  /** Upstream version, `3.13.5`. */
  readonly version: string;
  /** SOURCE_DATE_EPOCH of the image. */
  readonly epoch: number;
  readonly reason: string;
  /** ISO instant: the run's one reading of the clock. */
  readonly promotedAt: string;
  /** Some of which may say that a release is never promoted again. */
  readonly decisions?: readonly Decision[];
}

/** More releases of one version in one minute than this are not nightly builds. */
const MAX_MINUTES_LATER = 10;

/**
 * Makes a signed image the track's release. The signed record comes first: once it is in the registry the
 * release has happened, and `healTags` brings the tags after it, now or after a crash. Promoting what is
 * released already writes no new record.
 */
export async function promote(image: SignedImage, release: Release, deps: WriteDeps): Promise<PromotedImage> {
  const { ref, copies, buildId } = image.published;
  const places = { repository: ref.repository, copies: copies.map(({ repository }) => repository) };
  assertNotDecidedAgainst(ref, release.decisions ?? []);
  const name = { repository: ref.repository, track: release.track };
  const previous = await readRelease(name, readingDeps(deps));
  const isReleased = previous?.digest === ref.digest;
  if (isReleased && (await isRecordOurs(name, previous.sequence, deps))) {
    const tags = await healTags(previous, places, deps);
    for (const each of [ref, ...copies]) {
      await addBuildTag(each, buildId, deps.registry);
    }
    return { record: previous, tags };
  }
  assertNotWithdrawn(ref, previous);
  const record = isReleased
    ? signedAnew(previous, release)
    : await nextRecord({ ref, buildId, release, previous }, deps.registry);
  await writeRecord(record, ref.repository, deps);
  return { record, tags: await healTags(record, places, deps) };
}

/** The gate has said so before; this is for whatever leads here without it. */
function assertNotDecidedAgainst(ref: DigestRef, decisions: readonly Decision[]): void {
  const decision = withdrawalOf(decisions, ref);
  if (decision !== undefined) {
    const { file, reason, owner } = decision;
    throw new FactoryError(
      'RELEASE_WITHDRAWN',
      `cannot promote ${referenceText(ref)}: ${file} withdrew it: ${reason} (${owner})`,
      {
        hint: 'no tag moved; a release of other inputs can be promoted, or `ingot rollback` go back to an older one',
      },
    );
  }
}

/** The same release, for when the key that signed its record no longer counts. No tag is new, so nobody updates. */
function signedAnew(previous: ReleaseRecord, { promotedAt }: Release): ReleaseRecord {
  return {
    ...previous,
    sequence: previous.sequence + 1,
    promotedAt,
    reason: 'key rotation',
    previous: previous.digest,
  };
}

/** The digest that a build id was published as. The tag is not signed: compare it with a release record's digest. */
export async function findBuild(
  repository: string,
  buildId: BuildId,
  registry: RegistryClient,
): Promise<Sha256 | undefined> {
  return (await registry.headManifest(repository, buildTag(buildId)))?.digest;
}

/** For a build whose result equals what is published: its id is known from now on. */
export async function addBuildTag(ref: DigestRef, buildId: BuildId, registry: RegistryClient): Promise<void> {
  await putTag(ref, { tag: buildTag(buildId), kind: 'immutable' }, registry);
}

export interface NextRecord {
  readonly ref: DigestRef;
  readonly buildId: string;
  readonly release: Release;
  readonly previous: ReleaseRecord | undefined;
}

/** The record of a track's next release; it keeps what the track may never release again. */
export async function nextRecord(next: NextRecord, registry: RegistryClient): Promise<ReleaseRecord> {
  const { ref, buildId, release, previous } = next;
  return {
    schemaVersion: 1,
    repository: parseRepository(ref.repository).name,
    track: release.track,
    sequence: (previous?.sequence ?? 0) + 1,
    digest: ref.digest,
    buildId,
    tags: { unique: await freeUniqueTag(next, registry), moving: parseTag(release.track) },
    version: release.version,
    epoch: release.epoch,
    promotedAt: release.promotedAt,
    reason: release.reason,
    ...(previous !== undefined && { previous: previous.digest }),
    ...withdrawnWith(previous),
  };
}

/** A tag of the previous record may not be written yet; it is taken all the same. */
async function freeUniqueTag({ ref, release, previous }: NextRecord, registry: RegistryClient): Promise<Tag> {
  for (let minutes = 0; minutes <= MAX_MINUTES_LATER; minutes += 1) {
    const tag = uniqueTag(release.version, release.promotedAt, minutes);
    const current = await registry.headManifest(ref.repository, tag);
    const isFree = current === undefined || current.digest === ref.digest;
    if (isFree && previous?.tags.unique !== tag) {
      return tag;
    }
  }
  const first = uniqueTag(release.version, release.promotedAt);
  throw new FactoryError(
    'REGISTRY_INVALID',
    `cannot release ${ref.repository}:${release.track}: tag "${first}" and those of the next ${MAX_MINUTES_LATER} minutes are taken`,
    { hint: 'see who else writes tags to this repository' },
  );
}
