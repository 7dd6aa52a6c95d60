import { relationText } from './relation.ts';
import type { Selection } from './selection.ts';

/**
 * Every Conflicts and Breaks between the selected packages, one sentence each. A package never conflicts with
 * itself, though it may refuse a name it provides (policy 7.4).
 */
export function findConflicts(selection: Selection): readonly string[] {
  return selection.all().flatMap((candidate) =>
    candidate.refuses.flatMap(({ field, target }) =>
      selection
        .matching(target)
        .filter((other) => other !== candidate)
        .map(
          (other) =>
            `${label(candidate.package)} has "${field}: ${relationText([target])}", got ${label(other.package)}`,
        ),
    ),
  );
}

function label({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}
