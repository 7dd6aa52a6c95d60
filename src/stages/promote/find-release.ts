import type { ReleaseRecord } from '../../model/index.ts';
import type { ReadDeps } from '../../oci/index.ts';
import { lastSequence } from './release-record.ts';
import { readRecord, type TrackName } from './release-store.ts';

/** A unique tag names the minute of its promotion, or one that is no more than this later. */
const MAX_LATER_MS = 11 * 60_000;

/**
 * The release of a track that has a unique tag, from its signed records: a tag alone could have been moved. Undefined
 * where none of them is called so.
 */
export async function findRelease(
  name: TrackName,
  uniqueTag: string,
  deps: ReadDeps,
): Promise<ReleaseRecord | undefined> {
  const earliest = minuteOf(uniqueTag) - MAX_LATER_MS;
  const last = lastSequence(await deps.registry.listTags(name.repository), name.track);
  for (let sequence = last; sequence > 0; sequence -= 1) {
    const record = await readRecord(name, sequence, deps);
    if (record.tags.unique === uniqueTag) {
      return record;
    }
    if (Date.parse(record.promotedAt) < earliest) {
      return undefined;
    }
  }
  return undefined;
}

/** Milliseconds since 1970; NaN, which no date is before, for a tag of another form. */
function minuteOf(uniqueTag: string): number {
  const [, year, month, day, hour, minute] = /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(uniqueTag) ?? [];
  return Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:00Z`);
}
