import type { Sha256 } from '../../model/index.ts';
import { hexOf } from '../../oci/index.ts';
import type { Judged } from './evaluate.ts';
import type { EcrImage } from './image.ts';
import { IN_USE_PREFIX } from './retention-rules.ts';
import type { Settled } from './settle.ts';
import type { Use, Uses } from './uses.ts';

/** An image that is needed and that the lifecycle policy would take. */
export interface Endangered {
  readonly image: EcrImage;
  readonly fate: Judged['fate'];
  readonly uses: readonly Use[];
  /** What has to get `tag` so that it stays: the index that lists it, or the image itself. */
  readonly keep: { readonly digest: Sha256; readonly tag: string };
}

export interface Guarded {
  readonly endangered: readonly Endangered[];
  /** Tags that keep an image which has no use. */
  readonly unneeded: readonly { readonly digest: Sha256; readonly tag: string }[];
}

/** What is in use in one repository, beside what would become of it. */
export function guard(images: readonly EcrImage[], { actedOn }: Settled, uses: Uses): Guarded {
  const going = new Map<Sha256, Judged>();
  for (const judged of actedOn.toReversed()) {
    if (uses.has(judged.image.digest)) {
      going.set(judged.image.digest, judged);
    }
  }
  const indexes = going.size === 0 ? new Map<Sha256, EcrImage>() : indexesOf(images);
  const endangered = images.flatMap((image): Endangered[] => {
    const found = uses.get(image.digest);
    const judged = going.get(image.digest);
    return found === undefined || judged === undefined
      ? []
      : [{ image, fate: judged.fate, uses: found, keep: keepTag(topOf(image, indexes)) }];
  });
  return { endangered, unneeded: images.flatMap((image) => unneededTags(image, uses)) };
}

/** The images as they are once every endangered one has its tag. */
export function withKeepTags(
  images: readonly EcrImage[],
  endangered: readonly Endangered[],
): readonly EcrImage[] {
  const tags = new Map(endangered.map(({ keep }) => [keep.digest, keep.tag]));
  return images.map((image) => {
    const tag = tags.get(image.digest);
    return tag === undefined ? image : { ...image, tags: [...image.tags, tag] };
  });
}

/** One tag for each digest, which never moves. */
function keepTag({ digest }: EcrImage): Endangered['keep'] {
  return { digest, tag: `${IN_USE_PREFIX}${hexOf(digest)}` };
}

/** The newest index of each manifest that is listed. */
function indexesOf(images: readonly EcrImage[]): ReadonlyMap<Sha256, EcrImage> {
  const oldestFirst = images.toSorted((a, b) => a.pushedAtMs - b.pushedAtMs);
  return new Map(
    oldestFirst.flatMap((index) => (index.children ?? []).map((child) => [child, index] as const)),
  );
}

function topOf(image: EcrImage, indexes: ReadonlyMap<Sha256, EcrImage>): EcrImage {
  const index = indexes.get(image.digest);
  return index === undefined ? image : topOf(index, indexes);
}

function unneededTags({ digest, tags, children = [] }: EcrImage, uses: Uses): Guarded['unneeded'] {
  const isNeeded = [digest, ...children].some((each) => uses.has(each));
  return isNeeded ? [] : tags.filter((tag) => tag.startsWith(IN_USE_PREFIX)).map((tag) => ({ digest, tag }));
}
