import { FactoryError } from '../../model/index.ts';
import type { ReleaseRecord, WithdrawnRelease } from '../../model/index.ts';
import { findWithdrawn } from './withdrawn.ts';

/** Of a track, the newest first: at least one. */
export interface TrackReleases {
  readonly newest: ReleaseRecord;
  readonly older: readonly ReleaseRecord[];
}

export interface ReleaseChoice {
  /** Unique tag or digest; absent: the last release of another image before the newest. */
  readonly to?: string;
  /** Why a release may not be made again, beside what the track itself has withdrawn. */
  readonly forbidden: (release: ReleaseRecord) => string | undefined;
}

/** Which release a track goes back to. Pure. */
export function chooseRelease({ newest, older }: TrackReleases, choice: ReleaseChoice): ReleaseRecord {
  const { to } = choice;
  const track = `${newest.repository}:${newest.track}`;
  if (to === undefined) {
    const found = older.find(
      (release) => release.digest !== newest.digest && whyNot(release, newest, choice) === undefined,
    );
    return (
      found ?? refuse(`cannot roll back ${track}: it has no older release that may be made again`, older)
    );
  }
  const named = [newest, ...older].find(({ digest, tags }) => digest === to || tags.unique === to);
  if (named === undefined) {
    return refuse(`cannot roll back ${track} to "${to}": it was never released`, older);
  }
  if (named.digest === newest.digest) {
    return refuse(`cannot roll back ${track} to "${to}": it is what is released`, older);
  }
  const reason = whyNot(named, newest, choice);
  if (reason !== undefined) {
    throw new FactoryError('RELEASE_WITHDRAWN', `cannot roll back ${track} to "${to}": ${reason}`, {
      hint: hintOf(older.filter((release) => whyNot(release, newest, choice) === undefined)),
    });
  }
  return named;
}

/** What a track goes back from is withdrawn, unless it goes forward again to what came later. */
export function withdrawnBy(
  { newest, older }: TrackReleases,
  target: ReleaseRecord,
  { at, reason }: Pick<WithdrawnRelease, 'at' | 'reason'>,
): readonly WithdrawnRelease[] {
  const releases = [newest, ...older];
  return firstSequence(target, releases) < firstSequence(newest, releases)
    ? [{ digest: newest.digest, tag: newest.tags.unique, at, reason }]
    : [];
}

/** Of an image, which may have been released more than once. */
function firstSequence({ digest }: ReleaseRecord, releases: readonly ReleaseRecord[]): number {
  return Math.min(...releases.filter((each) => each.digest === digest).map(({ sequence }) => sequence));
}

function whyNot(
  release: ReleaseRecord,
  newest: ReleaseRecord,
  { forbidden }: ReleaseChoice,
): string | undefined {
  const withdrawn = findWithdrawn(release.digest, newest);
  return withdrawn === undefined
    ? forbidden(release)
    : `it was withdrawn on ${withdrawn.at}: ${withdrawn.reason}`;
}

function refuse(message: string, releases: readonly ReleaseRecord[]): never {
  throw new FactoryError('RELEASE_NOT_FOUND', message, { hint: hintOf(releases) });
}

const MOST_TAGS = 8;

function hintOf(releases: readonly ReleaseRecord[]): string {
  const tags = [...new Set(releases.map(({ tags: { unique } }) => unique))].slice(0, MOST_TAGS);
  return tags.length === 0 ? 'there is no older release' : `older releases: ${tags.join(', ')}`;
}
