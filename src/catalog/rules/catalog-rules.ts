import type { Problem } from '../../model/index.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { placed, problemAt, repeated } from './rule.ts';
import type { Rule } from './rule.ts';

export const CATALOG_RULES: readonly Rule[] = [patternsMatch, localIsLocal, ownCheckRulesAreUnique];

/** A pattern nobody matches is a folder that was renamed: its images would silently be gone. */
function patternsMatch({ catalog, idlePatterns }: WrittenCatalog): readonly Problem[] {
  return [...idlePatterns].map(([index, pattern]) =>
    problemAt(catalog, ['include', index], `expected a pattern that matches a file, got "${pattern}"`),
  );
}

/** `--target local` always means the registry ingot starts itself. */
function localIsLocal({ catalog }: WrittenCatalog): readonly Problem[] {
  return Object.entries(catalog.value.targets ?? {}).flatMap(([name, target]) => {
    const kind = target?.kind;
    if (kind === undefined || (name === 'local') === (kind === 'local')) {
      return [];
    }
    const message =
      name === 'local'
        ? `expected kind "local" (the registry ingot starts itself), got "${kind}"`
        : `expected kind "registry" or "ecr", got "local", which only the target "local" is`;
    return [problemAt(catalog, ['targets', name, 'kind'], message)];
  });
}

/** A Dockerfile names a rule by its id to ignore it. */
function ownCheckRulesAreUnique({ catalog }: WrittenCatalog): readonly Problem[] {
  return repeated(placed(catalog.value.check?.rules), ([, rule]) => rule.id).map(
    ({ entry: [index], first, key }) =>
      problemAt(
        catalog,
        ['check', 'rules', index, 'id'],
        `expected an id of its own, got "${key}", the id of rules[${first[0]}]`,
      ),
  );
}
