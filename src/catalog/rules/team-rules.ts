import type { Problem } from '../../model/index.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { nameOf } from '../written-images.ts';
import { placed, problemAt, repeated } from './rule.ts';
import type { Rule } from './rule.ts';

export const TEAM_RULES: readonly Rule[] = [teamsAreUnique, imagesOfTeamsAreKnown, imagesOfTeamsAreUnique];

/** Two teams in one namespace would overwrite each other's tags. */
function teamsAreUnique({ teams }: WrittenCatalog): readonly Problem[] {
  return (['name', 'namespace'] as const).flatMap((key) =>
    repeated(teams, (team) => team.value[key]).map(({ entry, first, key: got }) =>
      problemAt(entry, [key], `expected a ${key} of its own, got "${got}", the ${key} in ${first.file}`),
    ),
  );
}

function imagesOfTeamsAreKnown({ teams, images }: WrittenCatalog): readonly Problem[] {
  const known = images.map(nameOf);
  return teams.flatMap((team) =>
    placed(team.value.images)
      .filter(([, name]) => !known.includes(name))
      .map(([index, name]) => {
        const help = didYouMean(name, known) || `, expected ${oneOf(known)}`;
        return problemAt(team, ['images', index], `unknown image "${name}"${help}`);
      }),
  );
}

function imagesOfTeamsAreUnique({ teams }: WrittenCatalog): readonly Problem[] {
  return teams.flatMap((team) =>
    repeated(placed(team.value.images), ([, name]) => name).map(({ entry: [index], key }) =>
      problemAt(team, ['images', index], `expected each image once, got "${key}" again`),
    ),
  );
}
