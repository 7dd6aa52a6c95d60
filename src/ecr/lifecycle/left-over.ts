import type { Sha256 } from '../../model/index.ts';
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

/** What is younger may belong to an image that a run pushes while the list is read. */
const SETTLED_MS = 24 * 60 * 60 * 1000;

/** What is left over of images that are gone already, and that nothing can come back for. */
export function deletable(images: readonly EcrImage[], nowMs: number): readonly Sha256[] {
  const young = new Set(
    images.filter(({ pushedAtMs }) => nowMs - pushedAtMs < SETTLED_MS).map(({ digest }) => digest),
  );
  return leftOver(images).flatMap(({ digest }) => (young.has(digest) ? [] : [digest]));
}

function isOwnerGone(tag: string, there: ReadonlySet<string>): boolean {
  const hex = ATTACHED.exec(tag)?.groups?.['hex'];
  const id = INPUTS.exec(tag)?.groups?.['id'];
  if (hex !== undefined) {
    return !there.has(`sha256:${hex}`);
  }
  return id !== undefined && !there.has(`build-${id}`);
}
