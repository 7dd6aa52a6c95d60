import pLimit from 'p-limit';
import { z } from 'zod';
import { once, type Sha256 } from '../../model/index.ts';
import { isSha256, sha256Of } from '../../oci/index.ts';
import type { ResolveHost } from './deps.ts';
import { parseState } from './parse-state.ts';

/**
 * Build dates of .debs between runs, in seconds by digest. A date is in the file, so it belongs to the digest for good;
 * without them, a run that has nothing to do would read and hash every .deb of every image.
 */
export interface DebDates {
  /** All that are known. */
  read(): Promise<ReadonlyMap<Sha256, number>>;
  add(dates: ReadonlyMap<Sha256, number>): Promise<void>;
}

const NAME = 'deb-dates';
/** Some ten times what a catalog has; those that were read first are forgotten first. */
const MOST_KEPT = 20_000;

const DatesSchema = z.strictObject({
  /** Over `dates`: a damaged date would make another image. */
  digest: z.string(),
  dates: z.record(z.string().refine(isSha256), z.int().nonnegative()),
});

export function createDebDates({ state }: Pick<ResolveHost, 'state'>): DebDates {
  const opened = once(async () => parseDates(await state.read(NAME)));
  // of two writes at once, the one that knows less could be the last
  const oneByOne = pLimit(1);
  return {
    read: opened,
    add: (dates) =>
      oneByOne(async () => {
        const known = await opened();
        dates.forEach((date, digest) => known.set(digest, date));
        const kept = Object.fromEntries([...known].slice(-MOST_KEPT));
        await state.write(NAME, JSON.stringify({ digest: digestOfDates(kept), dates: kept }));
      }),
  };
}

/** A file that is not as it was written counts as none: the dates are read again. */
function parseDates(text: string | undefined): Map<Sha256, number> {
  const parsed = DatesSchema.safeParse(parseState(text));
  if (!parsed.success || parsed.data.digest !== digestOfDates(parsed.data.dates)) {
    return new Map();
  }
  return new Map(Object.entries(parsed.data.dates) as [Sha256, number][]);
}

function digestOfDates(dates: Readonly<Record<string, number>>): Sha256 {
  return sha256Of(JSON.stringify(dates));
}
