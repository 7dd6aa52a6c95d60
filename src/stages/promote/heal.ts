import { FactoryError } from '../../model/index.ts';
import type { AttestationForm, DigestRef, ReleaseRecord, Tag } from '../../model/index.ts';
import {
  hasBundles,
  isSigned,
  listAttached,
  parseRepository,
  parseTag,
  referenceText,
} from '../../oci/index.ts';
import type { ReadDeps } from '../../oci/index.ts';
import { buildTag, supersededTag } from './release-record.ts';
import { hasRecord, hasRetiredKeys, isRecordOurs, readingDeps, writeRecord } from './release-store.ts';
import type { WriteDeps } from './release-store.ts';
import { putTag } from './tags.ts';
import type { TagToPut } from './tags.ts';

/** Where a release is, or is to be: the golden repository first, then every team's. */
export interface ReleasePlaces {
  readonly repository: string;
  readonly copies: readonly string[];
}

/**
 * Brings every namespace to what the record says: writes records and tags that are missing, moves the moving
 * tag last. Does nothing where all is well, so it is safe after any crash. Content without our signature
 * gets no tag, and immutable tags that point elsewhere are refused.
 */
export async function healTags(
  record: ReleaseRecord,
  places: ReleasePlaces,
  deps: WriteDeps,
): Promise<readonly Tag[]> {
  const repositories = [places.repository, ...places.copies];
  for (const repository of repositories) {
    await assertSigned(record, repository, deps);
  }
  for (const copy of places.copies) {
    await writeRecord(recordIn(copy, record), copy, deps);
  }
  const tags = tagsOf(record, deps);
  // Tag by tag, not namespace by namespace: no moving tag moves before every unique tag is there.
  for (const tag of tags) {
    for (const repository of repositories) {
      await putTag({ repository, digest: record.digest }, tag, deps.registry);
    }
  }
  return tags.map(({ tag }) => tag);
}

/** Whether `healTags` would change nothing, by `registry`, which may be a look at it that is some minutes old. */
export async function isHealed(
  record: ReleaseRecord,
  { repository, copies }: ReleasePlaces,
  deps: WriteDeps,
): Promise<boolean> {
  for (const each of [repository, ...copies]) {
    if (!(await isSigned({ repository: each, digest: record.digest }, deps))) {
      return false;
    }
    for (const { tag } of tagsOf(record, deps)) {
      if ((await deps.registry.headManifest(each, tag))?.digest !== record.digest) {
        return false;
      }
    }
  }
  for (const copy of copies) {
    if (!(await hasRecord(recordIn(copy, record), copy, readingDeps(deps)))) {
      return false;
    }
  }
  return true;
}

/**
 * Whether every namespace has a release's content, our signature of it, and its attestations, which are written
 * last, in the form that its target wants.
 * If not, a team is new, or a run died: the image has to be published and signed again before tags can be healed.
 */
export async function isComplete(
  record: ReleaseRecord,
  { repository, copies }: ReleasePlaces,
  deps: ReadDeps & { readonly attestations?: AttestationForm },
): Promise<boolean> {
  for (const each of [repository, ...copies]) {
    const ref = { repository: each, digest: record.digest };
    const isThere = (await deps.registry.headManifest(each, record.digest)) !== undefined;
    if (!isThere || !(await isSigned(ref, deps)) || !(await isAttested(ref, deps))) {
      return false;
    }
  }
  return true;
}

/**
 * Whether today's key has signed the newest record of a release, and its content in every namespace: not so after the
 * key was replaced, until it is signed anew.
 */
export async function isOurs(
  record: ReleaseRecord,
  { repository, copies }: ReleasePlaces,
  deps: WriteDeps,
): Promise<boolean> {
  if (!hasRetiredKeys(deps)) {
    return true;
  }
  for (const each of [repository, ...copies]) {
    if (!(await isSigned({ repository: each, digest: record.digest }, deps))) {
      return false;
    }
  }
  return isRecordOurs({ repository, track: record.track }, record.sequence, deps);
}

/** In each form that the target wants: readers of one do not find the other. */
async function isAttested(
  ref: DigestRef,
  { registry, attestations = 'classic' }: ReadDeps & { readonly attestations?: AttestationForm },
): Promise<boolean> {
  const isClassic = attestations === 'bundle' || (await listAttached(ref, 'att', registry)).length > 0;
  return isClassic && (attestations === 'classic' || (await hasBundles(ref, registry)));
}

async function assertSigned(record: ReleaseRecord, repository: string, deps: WriteDeps): Promise<void> {
  const ref = { repository, digest: record.digest };
  if (!(await isSigned(ref, deps))) {
    throw new FactoryError(
      'SIGNATURE_INVALID',
      `cannot tag ${referenceText(ref)}: it is not signed by our key`,
      {
        hint: 'its signature was removed or never written; run again to publish and sign it anew',
      },
    );
  }
}

function recordIn(copy: string, record: ReleaseRecord): ReleaseRecord {
  return { ...record, repository: parseRepository(copy).name };
}

/** In the order they are written. */
function tagsOf(record: ReleaseRecord, { marksSuperseded = false }: WriteDeps): readonly TagToPut[] {
  const { track, sequence, promotedAt } = record;
  const leaving = marksSuperseded ? { leaving: supersededTag(track, sequence, promotedAt) } : {};
  return [
    { tag: buildTag(record.buildId), kind: 'immutable' },
    { tag: parseTag(record.tags.unique), kind: 'immutable' },
    { tag: parseTag(record.tags.moving), kind: 'moving', ...leaving },
  ];
}
