import type { BegunImage } from './begin-image.ts';
import { isSecurityFix } from './why-due.ts';

/** The order of need: security fixes, what else is due, what only is looked at again, what failed before. */
export function byNeed<Image extends Pick<BegunImage, 'planned' | 'attempts'>>(
  images: readonly Image[],
): readonly Image[] {
  return images.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ planned: { due }, attempts }: Pick<BegunImage, 'planned' | 'attempts'>): number {
  const failures = due === undefined ? 0 : (attempts?.failures ?? 0);
  if (failures > 0) {
    return 2 + failures;
  }
  if (due === undefined) {
    return 2;
  }
  return isSecurityFix(due) ? 0 : 1;
}
