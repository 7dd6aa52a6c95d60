import type { Problem } from '../../model/index.ts';
import { knownLines, knownUpstreams, publishedDates } from '../end-of-life.ts';
import type { Partly } from '../partly.ts';
import type { ImageFile } from '../schema.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import type { WrittenFile } from '../written-file.ts';
import { placed, problemAt } from './rule.ts';
import type { Rule } from './rule.ts';

export const DATE_RULES: readonly Rule[] = [upstreamsAreKnown, datesAreKnown, releaseIsBeforeEndOfLife];

function upstreamsAreKnown({ images }: WrittenCatalog): readonly Problem[] {
  return images.flatMap((image) => {
    const { upstream } = image.value;
    const known = knownUpstreams();
    if (upstream === undefined || known.includes(upstream)) {
      return [];
    }
    const help = didYouMean(upstream, known) || `, expected ${oneOf(known)}`;
    return [problemAt(image, ['upstream'], `unknown upstream "${upstream}"${help}`)];
  });
}

/** A track that nobody has given an end would be built for ever. */
function datesAreKnown({ images }: WrittenCatalog): readonly Problem[] {
  return images.flatMap((image) =>
    placed(image.value.tracks).flatMap(([index, track]) => {
      const isUntold = track.dates === undefined && !isComplainedAbout(image, index);
      const message = isUntold ? lack(image, track) : undefined;
      return message === undefined ? [] : [problemAt(image, ['tracks', index, 'dates'], message)];
    }),
  );
}

function lack(
  { value: { upstream } }: WrittenFile<ImageFile>,
  { tag, suite }: Partly<ImageFile['tracks'][number]>,
): string | undefined {
  if (upstream === undefined) {
    return 'expected the dates, or "upstream" in the file, whose published dates count then, got neither';
  }
  const lines = knownLines(upstream);
  if (tag === undefined || suite === undefined || lines.length === 0) {
    return undefined;
  }
  if (!lines.includes(tag)) {
    return `expected the dates, as those of ${upstream} "${tag}" are not known (${oneOf(lines)} are), got nothing`;
  }
  return publishedDates(upstream, { tag, suite }) === undefined
    ? `expected the dates, as neither ${upstream} "${tag}" nor Debian "${suite}" has an end that is known, got nothing`
    : undefined;
}

/** It is written, but its shape is wrong. */
function isComplainedAbout(image: WrittenFile<ImageFile>, index: number): boolean {
  return image.problems.some(({ field }) => field.startsWith(`tracks[${String(index)}].dates`));
}

function releaseIsBeforeEndOfLife({ images }: WrittenCatalog): readonly Problem[] {
  return images.flatMap((image) =>
    placed(image.value.tracks).flatMap(([index, track]) => {
      const { release, 'end-of-life': endOfLife } = track.dates ?? {};
      if (release === undefined || endOfLife === undefined || release <= endOfLife) {
        return [];
      }
      const message = `expected a date after the release on ${release}, got "${endOfLife}"`;
      return [problemAt(image, ['tracks', index, 'dates', 'end-of-life'], message)];
    }),
  );
}
