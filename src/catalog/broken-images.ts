import type { BrokenImage, ImageId, Problem, Tag } from '../model/index.ts';
import { stacksOf } from './chain.ts';
import { placed } from './rules/rule.ts';
import type { ImageFile } from './schema.ts';
import type { WrittenCatalog, WrittenStack } from './written-catalog.ts';
import type { WrittenFile } from './written-file.ts';
import { idOf, imagesOf, nameOf, type WrittenImage } from './written-images.ts';

/** Files that concern the images they describe, or that are made of them, and no others. */
const OF_IMAGES = /^(images|stacks|templates\/steps)\//;

/** Place of a mistake that concerns one track alone. */
const IN_TRACK = /^tracks\[(\d+)\]/;

/** Whether no image can be made because of it. */
export function concernsAll({ file }: Problem): boolean {
  return !OF_IMAGES.test(file);
}

/**
 * The images that cannot be made because of `problems`. Of two with one id neither can: which of them is meant,
 * nobody knows.
 */
export function brokenImages(catalog: WrittenCatalog, problems: readonly Problem[]): readonly BrokenImage[] {
  const found = catalog.images.flatMap((written) => brokenIn(written, catalog, problems));
  return [...Map.groupBy(found, ({ id }) => id).values()].map(asOne);
}

function asOne(images: readonly BrokenImage[]): BrokenImage {
  const problems = new Set(images.flatMap((image) => image.problems));
  return { ...(images[0] as BrokenImage), problems: [...problems] };
}

function brokenIn(
  written: WrittenFile<ImageFile>,
  catalog: WrittenCatalog,
  problems: readonly Problem[],
): readonly BrokenImage[] {
  const images = imagesOf([written]).filter((image) => idOf(image) !== undefined);
  const broken = images.map((image) => toBroken(image, catalog, problems));
  const own = problems.filter(({ file }) => file === written.file);
  const others = own.filter((problem) => !images.some((image) => isIn(image, problem)));
  return [
    ...broken.filter((image) => image.problems.length > 0),
    ...(others.length === 0 ? [] : [unreadable(written, others)]),
  ];
}

function toBroken(image: WrittenImage, catalog: WrittenCatalog, problems: readonly Problem[]): BrokenImage {
  const { written, repository, variant, track } = image;
  const stacks = stacksOf(image, catalog.stacks);
  return {
    id: (idOf(image) ?? written.file) as ImageId,
    repository,
    track: track.tag as Tag,
    variant,
    platforms: placed(track.platforms).map(([, platform]) => platform),
    stacks: ownStacks(written),
    problems: problems.filter(
      (problem) => isIn(image, problem) || stacks.some((stack) => isOf(stack, problem)),
    ),
  };
}

/** What stands for images of which not even the names are known. */
function unreadable(written: WrittenFile<ImageFile>, problems: readonly Problem[]): BrokenImage {
  const { variant = 'runtime' } = written.value;
  return {
    id: written.file as ImageId,
    repository: nameOf(written),
    variant,
    platforms: [],
    stacks: ownStacks(written),
    problems,
  };
}

function ownStacks({ value: { stack } }: WrittenFile<ImageFile>): BrokenImage['stacks'] {
  return stack === undefined ? [] : [{ name: stack }];
}

/** Of its file, what is not about another track. */
function isIn({ written, index }: WrittenImage, { file, field }: Problem): boolean {
  const track = IN_TRACK.exec(field)?.[1];
  return file === written.file && (track === undefined || Number(track) === index);
}

function isOf({ folder, value }: WrittenStack, { file }: Problem): boolean {
  const steps = [...placed(value.steps), ...placed(value.dev?.steps)].map(([, step]) => step);
  return file.startsWith(`${folder}/`) || steps.some((step) => file === `templates/steps/${step}.hbs`);
}
