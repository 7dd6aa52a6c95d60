import type { Problem } from '../../model/index.ts';
import { MOST_TRACKS } from '../schema.ts';
import { chainOf, SYSTEM_STACKS } from '../chain.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import { idOf, imagesOf, variantsOf } from '../written-images.ts';
import { placed, problemAt, repeated } from './rule.ts';
import type { Rule } from './rule.ts';

export const IMAGE_RULES: readonly Rule[] = [
  repositoriesAreUnique,
  tagsAreUnique,
  idsAreUnique,
  tracksFitTheRegistry,
  platformsAreUnique,
  stacksOfImagesAreKnown,
  devImagesAreDescribed,
];

/** Told in both files: which of them has the right name, nobody knows. */
function repositoriesAreUnique({ images }: WrittenCatalog): readonly Problem[] {
  const named = images
    .filter(({ value }) => value.name !== undefined)
    .flatMap((image) => variantsOf(image).map(({ repository }) => ({ image, repository })));
  return named.flatMap(({ image, repository }) => {
    const other = named.find((each) => each.repository === repository && each.image !== image);
    return other === undefined
      ? []
      : [
          problemAt(
            image,
            ['name'],
            `expected a name of its own, got "${repository}", the name in ${other.image.file}`,
          ),
        ];
  });
}

function tagsAreUnique({ images }: WrittenCatalog): readonly Problem[] {
  return images.flatMap((image) =>
    repeated(placed(image.value.tracks), ([, track]) => track.tag).map(({ entry: [index], first, key }) =>
      problemAt(
        image,
        ['tracks', index, 'tag'],
        `expected a tag of its own, got "${key}", the tag of tracks[${first[0]}]`,
      ),
    ),
  );
}

/** `node-22` and tag `slim` make the same id as `node` and tag `22-slim`. */
function idsAreUnique({ images }: WrittenCatalog): readonly Problem[] {
  return repeated(imagesOf(images), idOf)
    .filter(({ entry, first }) => entry.repository !== first.repository)
    .map(({ entry, first, key }) =>
      problemAt(
        entry.written,
        ['tracks', entry.index, 'tag'],
        `expected an image id of its own, got "${key}", the id of ${first.written.file}: tracks[${first.index}]`,
      ),
    );
}

function tracksFitTheRegistry({ images }: WrittenCatalog): readonly Problem[] {
  return images.flatMap((image) => {
    const count = image.value.tracks?.length ?? 0;
    const message = `expected at most ${MOST_TRACKS} tracks in a repository (ECR's limit on moving tags), got ${count}`;
    return count > MOST_TRACKS ? [problemAt(image, ['tracks'], message)] : [];
  });
}

function platformsAreUnique({ images }: WrittenCatalog): readonly Problem[] {
  return images.flatMap((image) =>
    placed(image.value.tracks).flatMap(([index, track]) =>
      repeated(placed(track.platforms), ([, platform]) => platform).map(({ entry: [place], key }) =>
        problemAt(
          image,
          ['tracks', index, 'platforms', place],
          `expected each platform once, got "${key}" again`,
        ),
      ),
    ),
  );
}

function stacksOfImagesAreKnown({ images, stacks }: WrittenCatalog): readonly Problem[] {
  const known = stacks.map((stack) => stack.id);
  return images.flatMap((image) => {
    const { stack } = image.value;
    if (stack === undefined || known.includes(stack)) {
      return [];
    }
    const help = didYouMean(stack, known) || `, expected ${oneOf(known)}`;
    return [problemAt(image, ['stack'], `unknown stack "${stack}"${help}`)];
  });
}

/** A dev image is what `dev` of its stacks adds to a system that dpkg installed. */
function devImagesAreDescribed({ images, stacks }: WrittenCatalog): readonly Problem[] {
  return images.flatMap((image) => {
    const { stack, variant, dev } = image.value;
    const field = dev === undefined ? 'variant' : 'dev';
    const { chain } = chainOf(stack, stacks);
    if ((dev === undefined && variant !== 'dev') || chain.length === 0) {
      return [];
    }
    const lacks = chain.some(({ value }) => value.dev !== undefined)
      ? []
      : [problemAt(image, [field], `expected a stack with "dev", got "${stack ?? ''}" without`)];
    const missing = SYSTEM_STACKS.filter((id) => !stacks.some((one) => one.id === id));
    return [
      ...lacks,
      ...missing.map((id) => problemAt(image, [field], `expected the stack "${id}" below it, got none`)),
    ];
  });
}
