import { hexOf } from '../../src/oci/index.ts';
import type { EcrImage } from '../../src/ecr/index.ts';
import type { Sha256 } from '../../src/model/index.ts';
import { DAY_MS, NOW_MS, digestOf, ecrImage } from './ecr-images.ts';

export interface ReleasedDays {
  /** Since it was pushed. */
  readonly days: number;
  /** Since it was released once more, by a rollback. */
  readonly again?: number;
  /** Since another was released, where that was noted. */
  readonly superseded?: number;
}

export interface ReleasedTrack {
  readonly track: string;
  /** From the oldest. */
  readonly releases: readonly ReleasedDays[];
  /** Which of them the moving tag is on; absent: the last. */
  readonly current?: number;
}

/** A release with everything that belongs to it. */
export interface StoredRelease {
  readonly track: string;
  readonly index: EcrImage;
  readonly isCurrent: boolean;
  /** Days since it was promoted, the last time. */
  readonly promotedDays: number;
  /** What is lost with none of them: index, platforms, signature, attestations, release record. */
  readonly parts: readonly Sha256[];
}

function minuteOf(daysAgo: number): string {
  const instant = new Date(NOW_MS - daysAgo * DAY_MS);
  return instant.toISOString().slice(0, 16).replace(/[-T:]/g, '');
}

/** What ingot leaves in a repository: every tag of a release as the stages publish, sign and promote write it. */
export function storedRelease(
  name: string,
  track: string,
  released: ReleasedDays & { isCurrent: boolean },
): {
  readonly release: StoredRelease;
  readonly images: readonly EcrImage[];
} {
  const { days, again, superseded, isCurrent } = released;
  const id = `${name}-${track}`;
  const hex = hexOf(digestOf(id));
  const version = track.includes('.') ? `${track}.1` : `${track}.1.0`;
  const unique = [days, ...(again === undefined ? [] : [again])].map(
    (each) => `${version}.${minuteOf(each)}`,
  );
  const left = superseded === undefined ? [] : [`superseded-${track}-000001.${minuteOf(superseded)}`];
  const index = ecrImage({
    name: id,
    days,
    tags: [...unique, ...left, `build-${hex}`, ...(isCurrent ? [track] : [])],
    children: [`${id} amd64`, `${id} arm64`],
  });
  const parts = [
    index,
    ecrImage({ name: `${id} amd64`, days }),
    ecrImage({ name: `${id} arm64`, days }),
    ecrImage({ name: `${id} sig`, days, tags: [`sha256-${hex}.sig`] }),
    ecrImage({ name: `${id} att`, days: days / 2, tags: [`sha256-${hex}.att`] }),
    ecrImage({ name: `${id} record`, days, tags: [`release-${track}-${name.padStart(6, '0')}`] }),
  ];
  return {
    release: {
      track,
      index,
      isCurrent,
      promotedDays: again ?? days,
      parts: parts.map(({ digest }) => digest),
    },
    images: [
      ...parts,
      ecrImage({ name: `${id} inputs`, days, tags: [`inputs-${hex}`] }),
      ecrImage({ name: `${id} att before`, days }),
    ],
  };
}

/** `prefix` tells images of one repository from those of others. */
export function storedRepository(
  tracks: readonly ReleasedTrack[],
  prefix = '',
): {
  readonly releases: readonly StoredRelease[];
  readonly images: readonly EcrImage[];
} {
  const stored = tracks.flatMap(({ track, releases, current = releases.length - 1 }) =>
    releases.map((released, at) =>
      storedRelease(`${prefix}${at + 1}`, track, { ...released, isCurrent: at === current }),
    ),
  );
  return {
    releases: stored.map(({ release }) => release),
    images: stored.flatMap(({ images }) => images),
  };
}
