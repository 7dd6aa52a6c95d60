import { patternTest } from '../../model/index.ts';
import type { EcrImage } from './image.ts';
import { storageClassOf, type LifecycleRule } from './policy.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether an image has the tags and the storage class that a rule selects: then no rule of lower priority acts on it. */
export function selectorOf(rule: LifecycleRule): (image: EcrImage) => boolean {
  const { tagStatus, tagPrefixList = [], tagPatternList = [] } = rule.selection;
  const wanted = storageClassOf(rule);
  const tests = [
    ...tagPrefixList.map((prefix) => (tag: string) => tag.startsWith(prefix)),
    ...tagPatternList.map(patternTest),
  ];
  return ({ tags, storageClass }) => storageClass === wanted && hasTags(tags);

  function hasTags(tags: readonly string[]): boolean {
    switch (tagStatus) {
      case 'any':
        return true;
      case 'untagged':
        return tags.length === 0;
      case 'tagged':
        return tags.length > 0 && tests.every((test) => tags.some(test));
    }
  }
}

export interface Repository {
  /** All of them. */
  readonly images: readonly EcrImage[];
  readonly nowMs: number;
}

/** What a rule marks, at least of `newly`, those of which it is in charge; it counts whatever it selects. */
export function markedBy(
  rule: LifecycleRule,
  newly: readonly EcrImage[],
  { images, nowMs }: Repository,
): readonly EcrImage[] {
  const { countType, countNumber } = rule.selection;
  if (countType === 'imageCountMoreThan') {
    return images.length <= countNumber
      ? []
      : images.filter(selectorOf(rule)).sort(youngestFirst).slice(countNumber);
  }
  const ageOf = AGES[countType];
  return newly.filter((image) => nowMs - ageOf(image) > countNumber * DAY_MS);
}

const AGES = {
  sinceImagePushed: orderedByMs,
  sinceImagePulled: lastUsedMs,
  sinceImageTransitioned: ({ archivedAtMs, pushedAtMs }: EcrImage) => archivedAtMs ?? pushedAtMs,
} as const;

/** "If an image was archived and then restored …, `last_activated_at` is used instead of `pushed_at_time`." */
function orderedByMs({ activatedAtMs, pushedAtMs }: EcrImage): number {
  return activatedAtMs ?? pushedAtMs;
}

/** Never pulled, or not since it came back from the archive: as if it had been pulled then. */
function lastUsedMs(image: EcrImage): number {
  return Math.max(image.pulledAtMs ?? 0, image.activatedAtMs ?? 0) || image.pushedAtMs;
}

/** ECR does not say what it does with two of the same time: by digest, so that the same question has one answer. */
function youngestFirst(a: EcrImage, b: EcrImage): number {
  return orderedByMs(b) - orderedByMs(a) || (a.digest < b.digest ? -1 : 1);
}
