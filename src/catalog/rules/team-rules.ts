import type { Problem } from '../../model/index.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { imagesOf as writtenImages, variantsOf } from '../written-images.ts';
import type { WrittenFile } from '../written-file.ts';
import type { FieldPath } from '../partly.ts';
import type { TeamFile } from '../schema.ts';
import { placed, problemAt, repeated } from './rule.ts';
import type { Rule } from './rule.ts';

export const TEAM_RULES: readonly Rule[] = [
  teamsAreUnique,
  namespacesAreApart,
  imagesOfTeamsAreKnown,
  tracksOfTeamsAreKnown,
  imagesOfTeamsAreUnique,
];

/** Two teams in one namespace would overwrite each other's tags. */
function teamsAreUnique({ teams }: WrittenCatalog): readonly Problem[] {
  return (['name', 'namespace'] as const).flatMap((key) =>
    repeated(teams, (team) => team.value[key]).map(({ entry, first, key: got }) =>
      problemAt(entry, [key], `expected a ${key} of its own, got "${got}", the ${key} in ${first.file}`),
    ),
  );
}

/** Policies allow a team what is below its namespace, and below `<namespace>-apps` beside it. */
function namespacesAreApart(written: WrittenCatalog): readonly Problem[] {
  return written.teams.flatMap((team) => {
    const { namespace } = team.value;
    if (namespace === undefined) {
      return [];
    }
    return takenPlaces(written, namespace)
      .filter(({ place }) => `${namespace}/`.startsWith(`${place}/`))
      .map(({ place, whose }) =>
        problemAt(
          team,
          ['namespace'],
          `expected a namespace outside "${place}", which is for ${whose}, got "${namespace}"`,
        ),
      );
  });
}

interface TakenPlace {
  readonly place: string;
  readonly whose: string;
}

function takenPlaces({ teams, catalog }: WrittenCatalog, namespace: string): readonly TakenPlace[] {
  const golden = Object.entries(catalog.value.targets ?? {}).flatMap(([name, target]) =>
    target !== undefined && 'prefix' in target && target.prefix !== undefined
      ? [{ place: target.prefix, whose: `golden images of target "${name}"` }]
      : [],
  );
  const others = teams.flatMap(({ file, value }) =>
    value.namespace === undefined || value.namespace === namespace
      ? []
      : [
          { place: value.namespace, whose: file },
          { place: `${value.namespace}-apps`, whose: `applications of ${file}` },
        ],
  );
  return [...golden, ...others];
}

function imagesOfTeamsAreKnown({ teams, images }: WrittenCatalog): readonly Problem[] {
  const known = images.flatMap(variantsOf).map(({ repository }) => repository);
  return teams.flatMap((team) =>
    imagesOf(team)
      .filter(({ name }) => !known.includes(name))
      .map(({ name, path }) => {
        const help = didYouMean(name, known) || `, expected ${oneOf(known)}`;
        return problemAt(team, path, `unknown image "${name}"${help}`);
      }),
  );
}

function tracksOfTeamsAreKnown({ teams, images }: WrittenCatalog): readonly Problem[] {
  const known = Map.groupBy(writtenImages(images), ({ repository }) => repository);
  return teams.flatMap((team) =>
    imagesOf(team).flatMap(({ name, path, tracks }) => {
      const tags = known.get(name)?.flatMap(({ track }) => track.tag ?? []);
      return placed(tags === undefined ? [] : tracks)
        .filter(([, tag]) => !tags?.includes(tag))
        .map(([index, tag]) =>
          problemAt(team, [...path, 'tracks', index], `expected ${oneOf(tags ?? [])}, got "${tag}"`),
        );
    }),
  );
}

function imagesOfTeamsAreUnique({ teams }: WrittenCatalog): readonly Problem[] {
  return teams.flatMap((team) =>
    repeated(imagesOf(team), ({ name }) => name).map(({ entry: { path }, key }) =>
      problemAt(team, path, `expected each image once, got "${key}" again`),
    ),
  );
}

interface NamedImage {
  readonly name: string;
  readonly tracks: readonly (string | undefined)[] | undefined;
  /** Of what is written. */
  readonly path: FieldPath;
}

function imagesOf(team: WrittenFile<TeamFile>): readonly NamedImage[] {
  return placed(team.value.images).flatMap(([index, written]) => {
    const { name, tracks } = typeof written === 'string' ? { name: written } : written;
    return name === undefined ? [] : [{ name, tracks, path: ['images', index] }];
  });
}
