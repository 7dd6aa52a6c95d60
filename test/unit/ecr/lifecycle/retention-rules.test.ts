import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  lifecyclePolicyText,
  parseLifecyclePolicy,
  retentionPolicy,
  settle,
  type EcrImage,
} from '../../../../src/ecr/index.ts';
import type { Retention, Sha256 } from '../../../../src/model/index.ts';
import { DAY_MS, NOW_MS } from '../../../support/ecr-images.ts';
import { storedRepository, type ReleasedTrack, type StoredRelease } from '../../../support/ecr-repository.ts';

const now = new Date(NOW_MS);
const runtime = { releases: 10, days: 90, untaggedDays: 7 };

function summaryOf(tracks: readonly string[], retention = runtime, hasReferrers = false): string[] {
  return retentionPolicy({ tracks, retention, hasReferrers }, now).rules.map(
    ({ rulePriority, selection: { tagStatus, tagPatternList, countType, countNumber } }) =>
      `${rulePriority} ${tagPatternList?.join(' ') ?? tagStatus} ${countType} ${countNumber}`,
  );
}

describe('rules', () => {
  test('of a runtime image', () => {
    expect(summaryOf(['22', '24'])).toEqual([
      '1 in-use-* imageCountMoreThan 999999',
      '2 22 imageCountMoreThan 999999',
      '3 24 imageCountMoreThan 999999',
      '4 *.202608* imageCountMoreThan 999999',
      '5 *.202609* imageCountMoreThan 999999',
      '6 *.202610* imageCountMoreThan 999999',
      '7 *.202611* imageCountMoreThan 999999',
      '8 *.202612* imageCountMoreThan 999999',
      '9 *.2027* imageCountMoreThan 999999',
      '10 22.* imageCountMoreThan 10',
      '11 24.* imageCountMoreThan 10',
      '12 untagged sinceImagePushed 7',
    ]);
  });

  test('of a dev image, which stays shorter', () => {
    expect(summaryOf(['24'], { releases: 3, days: 30, untaggedDays: 3 }).slice(2)).toEqual([
      '3 *.202610* imageCountMoreThan 999999',
      '4 *.202611* imageCountMoreThan 999999',
      '5 *.202612* imageCountMoreThan 999999',
      '6 *.2027* imageCountMoreThan 999999',
      '7 24.* imageCountMoreThan 3',
      '8 untagged sinceImagePushed 3',
    ]);
  });

  test('where referrers have no tag, untagged ones stay', () => {
    expect(summaryOf(['24'], runtime, true).at(-1)).toBe('9 24.* imageCountMoreThan 10');
  });

  test('of a track that others lie below, releases are not counted', () => {
    expect(summaryOf(['3', '3.13']).filter((text) => text.endsWith(' 10'))).toEqual([
      '10 3.13.* imageCountMoreThan 10',
    ]);
  });

  test('of many years and tracks there are never more than ECR takes', () => {
    const tracks = Array.from({ length: 15 }, (_, at) => String(at + 1));
    expect(summaryOf(tracks, { ...runtime, days: 3650 }).length).toBeLessThanOrEqual(50);
  });
});

test('a release that was superseded within the days stays, however long ago it was promoted', () => {
  const dev = { tracks: ['24'], retention: { releases: 3, days: 30, untaggedDays: 3 } };
  function left(superseded?: number): readonly boolean[] {
    const first = { days: 70, ...(superseded !== undefined && { superseded }) };
    const { releases: stored, images } = storedRepository([
      { track: '24', releases: [first, { days: 6 }, { days: 3 }, { days: 1 }] },
    ]);
    const there = leftOf(images, dev);
    return stored.map(({ parts }) => parts.every((part) => there.has(part)));
  }
  expect(left(6)).toEqual([true, true, true, true]);
  expect(left(69)).toEqual([false, true, true, true]);
  // of a release that was superseded before this was noted only its promotion is known
  expect(left()).toEqual([false, true, true, true]);
});

const retention: fc.Arbitrary<Retention> = fc.record({
  releases: fc.integer({ min: 1, max: 6 }),
  days: fc.integer({ min: 1, max: 400 }),
  untaggedDays: fc.integer({ min: 1, max: 30 }),
});

const releases = fc
  .uniqueArray(fc.integer({ min: 0, max: 800 }), { minLength: 1, maxLength: 12 })
  .chain((days) =>
    fc.record({
      again: fc.array(fc.option(fc.nat(800)), { minLength: days.length, maxLength: days.length }),
      current: fc.nat(days.length - 1),
      sorted: fc.constant(days.toSorted((a, b) => b - a)),
    }),
  );

const repository = fc
  .uniqueArray(fc.constantFrom('22', '24', '3.11', '3.13', '1'), { minLength: 1, maxLength: 4 })
  .chain((tracks) => fc.tuple(...tracks.map((track) => releases.map((released) => ({ track, ...released })))))
  .map((tracks): readonly ReleasedTrack[] =>
    tracks.map(({ track, sorted, again, current }) => ({
      track,
      current,
      releases: sorted.map((days, at) => {
        const repeated = again[at] ?? null;
        return repeated === null || repeated > days ? { days } : { days, again: repeated };
      }),
    })),
  );

function leftOf(
  images: readonly EcrImage[],
  asked: { tracks: readonly string[]; retention: Retention },
  atMs = NOW_MS,
): ReadonlySet<Sha256> {
  const policy = retentionPolicy({ ...asked, hasReferrers: false }, now);
  return new Set(settle(images, policy, atMs).staying.map(({ image }) => image.digest));
}

function newestOf(stored: readonly StoredRelease[], count: number): readonly StoredRelease[] {
  return [...Map.groupBy(stored, ({ track }) => track).values()].flatMap((ofTrack) =>
    ofTrack.toSorted((a, b) => b.index.pushedAtMs - a.index.pushedAtMs).slice(0, count),
  );
}

test('ECR takes the policy', () => {
  fc.assert(
    fc.property(repository, retention, fc.boolean(), (tracks, asked, hasReferrers) => {
      const policy = retentionPolicy(
        { tracks: tracks.map(({ track }) => track), retention: asked, hasReferrers },
        now,
      );
      expect(parseLifecyclePolicy(lifecyclePolicyText(policy))).toEqual({ kind: 'policy', policy });
    }),
  );
});

test('what has to stay stays with all its parts, today and when the policy is not renewed for a year', () => {
  fc.assert(
    fc.property(repository, retention, fc.nat(365), (tracks, asked, later) => {
      const { releases: stored, images } = storedRepository(tracks);
      const left = leftOf(
        images,
        { tracks: tracks.map(({ track }) => track), retention: asked },
        NOW_MS + later * DAY_MS,
      );
      const staying = [
        ...stored.filter(({ isCurrent, promotedDays }) => isCurrent || promotedDays + later <= asked.days),
        ...newestOf(stored, asked.releases),
      ];
      expect(staying.flatMap(({ parts }) => parts).filter((part) => !left.has(part))).toEqual([]);
    }),
  );
});

test('an image that stays for whatever reason keeps platforms, signature, attestations and record', () => {
  fc.assert(
    fc.property(repository, retention, fc.nat(2000), (tracks, asked, later) => {
      const { releases: stored, images } = storedRepository(tracks);
      const left = leftOf(
        images,
        { tracks: tracks.map(({ track }) => track), retention: asked },
        NOW_MS + later * DAY_MS,
      );
      const broken = stored.filter(
        ({ index, parts }) => left.has(index.digest) && !parts.every((part) => left.has(part)),
      );
      expect(broken).toEqual([]);
    }),
  );
});

test('what does not have to stay goes, with its platforms, at the latest a month after', () => {
  fc.assert(
    fc.property(repository, retention, (tracks, asked) => {
      const { releases: stored, images } = storedRepository(tracks);
      const left = leftOf(images, { tracks: tracks.map(({ track }) => track), retention: asked });
      const newest = new Set(newestOf(stored, asked.releases));
      const going = stored.filter(
        (release) => !newest.has(release) && !release.isCurrent && release.promotedDays > asked.days + 31,
      );
      expect(going.flatMap(({ parts }) => parts.slice(0, 3)).filter((part) => left.has(part))).toEqual([]);
    }),
  );
});
