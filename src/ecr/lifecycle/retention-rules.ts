import type { Retention } from '../../model/index.ts';
import { MAX_RULES, type LifecyclePolicy, type LifecycleRule, type LifecycleSelection } from './policy.ts';
import { monthPatterns, yearPatterns } from './promotion-dates.ts';

/** Of digests that run somewhere: what has such a tag stays until the tag is taken away by hand. */
export const IN_USE_PREFIX = 'in-use-';

export interface RepositoryRetention {
  /** Of the images in this repository. */
  readonly tracks: readonly string[];
  readonly retention: Retention;
  /** Whether attestations or signatures are referrers there, which have no tag. */
  readonly hasReferrers: boolean;
}

/** More than the images that a repository of ECR can have: the rule only shields what it selects. */
const NEVER = 999_999;

type RuleBody = Omit<LifecycleRule, 'rulePriority'>;

/**
 * The lifecycle rules of a repository, for some time from `now` on: the newest releases of each track stay, and those
 * promoted or superseded within the days asked for. What no rule selects stays as well: signatures, attestations and release records
 * have no tag that tells whether their image is still there.
 *
 * ECR has no rule for "more than ten and older than 90 days". But a unique tag ends with the time of its promotion, and
 * `superseded-24-000013.202611210312` with that of the release that came after, so that rules before the one that counts shield what is young enough, by month and year. A policy that is not renewed
 * shields more than it has to, and nothing too little until the end of next year.
 */
export function retentionPolicy(repository: RepositoryRetention, now: Date): LifecyclePolicy {
  const { tracks, retention } = repository;
  const always = [
    shield('in-use', `${IN_USE_PREFIX}*`),
    ...tracks.map((track) => shield('the track', track)),
  ];
  const last = [
    ...tracks.filter((track) => !isAbove(track, tracks)).map((track) => countRule(track, retention)),
    ...untaggedRule(repository),
  ];
  const young = youngPatterns(retention.days, now, MAX_RULES - always.length - last.length).map((pattern) =>
    shield('young', pattern),
  );
  return { rules: [...always, ...young, ...last].map((rule, at) => ({ rulePriority: at + 1, ...rule })) };
}

function youngPatterns(days: number, now: Date, most: number): readonly string[] {
  const months = monthPatterns(days, now);
  return months.length <= most ? months : yearPatterns(days, now);
}

const WHY = {
  'in-use': 'in use',
  'the track': 'what the track points at',
  young: 'a release lately',
} as const;

function shield(why: keyof typeof WHY, pattern: string): RuleBody {
  return expire(`never: ${WHY[why]}`, {
    tagStatus: 'tagged',
    tagPatternList: [pattern],
    countType: 'imageCountMoreThan',
    countNumber: NEVER,
  });
}

function countRule(track: string, { releases }: Retention): RuleBody {
  return expire(`${track}: all but the newest ${releases}`, {
    tagStatus: 'tagged',
    tagPatternList: [`${track}.*`],
    countType: 'imageCountMoreThan',
    countNumber: releases,
  });
}

/** Referrers have no tag, and ECR would take them from under an image that stays. */
function untaggedRule({
  hasReferrers,
  retention: { untaggedDays },
}: RepositoryRetention): readonly RuleBody[] {
  return hasReferrers
    ? []
    : [
        expire(`untagged for ${untaggedDays} days`, {
          tagStatus: 'untagged',
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: untaggedDays,
        }),
      ];
}

/** `3` beside `3.13`: no pattern selects the releases of the one and not of the other, so none of them is counted. */
function isAbove(track: string, tracks: readonly string[]): boolean {
  return tracks.some((other) => other.startsWith(`${track}.`));
}

function expire(description: string, selection: LifecycleSelection): RuleBody {
  return { description, selection, action: { type: 'expire' } };
}
