import { isDebianArchive, type Problem } from '../../model/index.ts';
import { chainOf } from '../chain.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { placed, problemAt } from './rule.ts';
import type { Rule } from './rule.ts';

export const REPOSITORY_RULES: readonly Rule[] = [namesAreFree, repositoriesAreKnown, releasesAreThere];

/** A lock tells archives apart by their names alone. */
function namesAreFree({ catalog }: WrittenCatalog): readonly Problem[] {
  return Object.keys(catalog.value.repositories ?? {})
    .filter(isDebianArchive)
    .map((name) =>
      problemAt(
        catalog,
        ['repositories', name],
        `expected a name that is not one of Debian's archives, got "${name}": where those are, "archives" says`,
      ),
    );
}

function repositoriesAreKnown({ catalog, stacks }: WrittenCatalog): readonly Problem[] {
  const known = Object.keys(catalog.value.repositories ?? {});
  const expected =
    known.length === 0 ? 'one of "repositories" in catalog.json, which has none' : oneOf(known);
  return stacks.flatMap((stack) =>
    placed(stack.value.repositories)
      .filter(([, name]) => !known.includes(name))
      .map(([index, name]) => {
        const help = didYouMean(name, known) || `, expected ${expected}`;
        return problemAt(stack, ['repositories', index], `unknown repository "${name}"${help}`);
      }),
  );
}

/** A repository that has nothing for the Debian release of a track cannot be what its stack needs. */
function releasesAreThere({ catalog, stacks, images }: WrittenCatalog): readonly Problem[] {
  const repositories = catalog.value.repositories ?? {};
  return images.flatMap((image) => {
    const { chain } = chainOf(image.value.stack, stacks);
    const named = [
      ...new Set(chain.flatMap(({ value }) => placed(value.repositories).map(([, name]) => name))),
    ];
    return placed(image.value.tracks).flatMap(([index, { suite }]) =>
      named.flatMap((name) => {
        const suites = repositories[name]?.suites;
        if (suite === undefined || suites === undefined || suite in suites) {
          return [];
        }
        const message = `expected a Debian release that repository "${name}" has suites for (${oneOf(Object.keys(suites))}), got "${suite}"`;
        return [problemAt(image, ['tracks', index, 'suite'], message)];
      }),
    );
  });
}
