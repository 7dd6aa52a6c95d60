import type { EcrImage } from './image.ts';

/** cosign's tags and the fallback list of referrers: of the image whose digest they name. */
const ATTACHED = /^sha256-(?<hex>[0-9a-f]{64})(?:\..+)?$/;
const INPUTS = /^inputs-(?<id>.+)$/;

/**
 * What belongs to an image that is not among these, by its tags: signatures, attestations and lists of referrers name
 * its digest, kept inputs its build id. Release records are none of it: they are a track's history.
 */
export function leftOver(
  images: readonly EcrImage[],
): readonly Pick<EcrImage, 'digest' | 'tags' | 'bytes'>[] {
  const there = new Set<string>(images.flatMap(({ digest, tags }) => [digest, ...tags]));
  return images
    .filter(({ tags }) => tags.length > 0 && tags.every((tag) => isOwnerGone(tag, there)))
    .map(({ digest, tags, bytes }) => ({ digest, tags, ...(bytes !== undefined && { bytes }) }));
}

function isOwnerGone(tag: string, there: ReadonlySet<string>): boolean {
  const hex = ATTACHED.exec(tag)?.groups?.['hex'];
  const id = INPUTS.exec(tag)?.groups?.['id'];
  if (hex !== undefined) {
    return !there.has(`sha256:${hex}`);
  }
  return id !== undefined && !there.has(`build-${id}`);
}
