import type { Decision, WithdrawDecision } from './decision.ts';
import { matchesPattern } from './pattern.ts';

/** A release, as far as a decision can name it. */
export interface WithdrawableRelease {
  /** Of the index. */
  readonly digest: string;
  /** `24.21.0.202611210312`; absent where none was given yet. */
  readonly uniqueTag?: string;
  /** Id of its image: releases of two images may have one tag. Absent: the tag counts for every image. */
  readonly image?: string;
}

/**
 * The decision that a release is never promoted again, if there is one. It counts for ever: `expires` only says when
 * somebody looks at it again. A digest is meant whatever image it is found in; a tag is one of the decision's images.
 */
export function withdrawalOf(
  decisions: readonly Decision[],
  { digest, uniqueTag, image }: WithdrawableRelease,
): WithdrawDecision | undefined {
  return decisions
    .filter((decision) => decision.kind === 'withdraw')
    .find(
      ({ release, target }) =>
        release === digest ||
        (release === uniqueTag && (image === undefined || matchesPattern(image, target))),
    );
}

export function isWithdrawn(decisions: readonly Decision[], release: WithdrawableRelease): boolean {
  return withdrawalOf(decisions, release) !== undefined;
}
