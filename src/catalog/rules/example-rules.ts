import type { Problem } from '../../model/index.ts';
import { exampleBases } from '../example-bases.ts';
import type { WrittenCatalog, WrittenStack } from '../written-catalog.ts';
import { imagesOf, isIncomplete, nameOf } from '../written-images.ts';
import { placed } from './rule.ts';
import type { Rule } from './rule.ts';

export const EXAMPLE_RULES: readonly Rule[] = [appsAnswer, appsStandOnImages];

/** An app that is built but never asked proves nothing. */
function appsAnswer({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) => {
    const { example } = stack.value;
    const isAsked = example?.app !== undefined || example?.server?.port !== undefined;
    const isWrong = stack.exampleDockerfile !== undefined && example !== undefined && !isAsked;
    return isWrong
      ? [problem(stack, 'expected "app" or a server with a port in stack.json, got neither')]
      : [];
  });
}

/** Every image of the catalog that an app is made from has to be there for the track the app is built for. */
function appsStandOnImages({ stacks, images }: WrittenCatalog): readonly Problem[] {
  const known = new Set(imagesOf(images).map(({ repository, track }) => `${repository}:${track.tag ?? ''}`));
  const unsure = images.filter(isIncomplete).map(nameOf);
  return stacks
    .filter(({ isShipped }) => !isShipped)
    .flatMap((stack) => {
      const tags = images
        .filter(({ value }) => value.stack === stack.id)
        .flatMap(({ value }) => placed(value.tracks).flatMap(([, { tag }]) => tag ?? []));
      const missing = tags
        .flatMap((tag) => exampleBases(stack.exampleDockerfile ?? '', tag))
        .filter((base) => !unsure.some((name) => [name, `${name}-dev`].includes(base.repository)))
        .map(({ repository, track }) => `${repository}:${track}`)
        .filter((name) => !known.has(name));
      return [...new Set(missing)].map((name) =>
        problem(stack, `expected FROM an image of this catalog, got "${name}"`),
      );
    });
}

function problem({ folder }: WrittenStack, message: string): Problem {
  return { file: `${folder}/example/Dockerfile`, field: '', message };
}
