import { matchesPattern, type Problem } from '../../model/index.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { isIncomplete, idOf, imagesOf } from '../written-images.ts';
import { problemAt } from './rule.ts';
import type { Rule } from './rule.ts';

export const DECISION_RULES: readonly Rule[] = [targetsAreImages];

/** A pattern that nothing matches is a typo, or an exception for an image that is gone; or cannot be read today. */
function targetsAreImages({ decisions, images }: WrittenCatalog): readonly Problem[] {
  if (images.some(isIncomplete)) {
    return [];
  }
  const ids = imagesOf(images).flatMap((image) => idOf(image) ?? []);
  return decisions.flatMap((decision) => {
    const { target } = decision.value;
    if (target === undefined || ids.some((id) => matchesPattern(id, target))) {
      return [];
    }
    const help = didYouMean(target, ids) || `, expected a pattern that matches one of ${oneOf(ids)}`;
    return [problemAt(decision, ['target'], `no image matches "${target}"${help}`)];
  });
}
