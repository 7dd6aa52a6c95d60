import type { EcrImage } from './image.ts';

/** Every team's namespace has the same images: their digests and tags are held once, which is most of a fleet. */
export type Interned = Map<string, string>;

export function interned(image: EcrImage, known: Interned): EcrImage {
  const { digest, tags, children, subject } = image;
  return {
    ...image,
    digest: once(digest, known),
    tags: tags.map((tag) => once(tag, known)),
    ...(children !== undefined && { children: children.map((child) => once(child, known)) }),
    ...(subject !== undefined && { subject: once(subject, known) }),
  };
}

function once<T extends string>(text: T, known: Interned): T {
  const found = known.get(text);
  if (found !== undefined) {
    return found as T;
  }
  known.set(text, text);
  return text;
}
