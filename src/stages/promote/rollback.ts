import { FactoryError } from '../../model/index.ts';
import type { ReleaseRecord, RolledBack } from '../../model/index.ts';
import { parseTag, referenceText } from '../../oci/index.ts';
import { chooseRelease, withdrawnBy, type ReleaseChoice } from './choose-release.ts';
import { healTags, isComplete, type ReleasePlaces } from './heal.ts';
import { nextRecord } from './promote.ts';
import { readReleases, writeRecord, type WriteDeps } from './release-store.ts';
import { withdrawnWith } from './withdrawn.ts';

export interface RollbackRequest extends ReleaseChoice {
  readonly track: string;
  readonly places: ReleasePlaces;
  readonly reason: string;
  /** ISO instant. */
  readonly promotedAt: string;
  /** Brings a release, signed and attested, from where it is to namespaces that do not have it. */
  readonly copy: (release: ReleaseRecord, to: readonly string[]) => Promise<void>;
}

export type RollbackDeps = WriteDeps & Parameters<typeof isComplete>[2];

/**
 * Releases an older image of a track again, under a newer record and a newer unique tag, so that update bots follow.
 * The record comes first, as with every release: `healTags` brings the tags after it, now or after a crash. Before it,
 * every namespace gets what it does not have of the image.
 */
export async function rollback(request: RollbackRequest, deps: RollbackDeps): Promise<RolledBack> {
  const { track, places, reason, promotedAt } = request;
  const { repository } = places;
  const [newest, ...older] = await readReleases({ repository, track }, deps);
  if (newest === undefined) {
    throw new FactoryError(
      'RELEASE_NOT_FOUND',
      `cannot roll back ${repository}:${track}: it has no release`,
      {
        hint: 'see `ingot status`, and name another --target',
      },
    );
  }
  const to = chooseRelease({ newest, older }, request);
  const copied = await completeCopies(to, request, deps);
  const record = await nextRecord(
    {
      ref: { repository, digest: to.digest },
      buildId: to.buildId,
      release: { track: parseTag(track), version: to.version, epoch: to.epoch, reason, promotedAt },
      previous: newest,
    },
    deps.registry,
  );
  const withdrawn = withdrawnBy({ newest, older }, to, { at: promotedAt, reason });
  const marked: ReleaseRecord = {
    ...record,
    rolledBackFrom: newest.tags.unique,
    ...withdrawnWith(newest, withdrawn),
  };
  await writeRecord(marked, repository, deps);
  return { record: marked, tags: await healTags(marked, places, deps), from: newest, to, copied };
}

/**
 * A team may be newer than the image, and lifecycle rules may have taken it away: there it is brought again. Nothing is
 * released before it is in every namespace.
 *
 * @returns namespaces that did not have it
 */
async function completeCopies(
  to: ReleaseRecord,
  { places: { repository, copies }, copy }: RollbackRequest,
  deps: RollbackDeps,
): Promise<readonly string[]> {
  await assertComplete(to, repository, deps);
  const incomplete: string[] = [];
  for (const each of copies) {
    if (!(await isComplete(to, { repository: each, copies: [] }, deps))) {
      incomplete.push(each);
    }
  }
  if (incomplete.length > 0) {
    await copy(to, incomplete);
  }
  for (const each of incomplete) {
    await assertComplete(to, each, deps);
  }
  return incomplete;
}

async function assertComplete(to: ReleaseRecord, repository: string, deps: RollbackDeps): Promise<void> {
  if (!(await isComplete(to, { repository, copies: [] }, deps))) {
    const ref = { repository, digest: to.digest };
    throw new FactoryError(
      'RELEASE_NOT_FOUND',
      `cannot roll back to ${to.tags.unique}: ${referenceText(ref)} is not complete: image, signature or attestations are gone`,
      { hint: 'name another release with --to; no tag was moved' },
    );
  }
}
