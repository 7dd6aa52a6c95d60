import type { Tag } from '../../model/index.ts';
import { parseTag } from '../../oci/index.ts';

const MINUTE_MS = 60_000;

/**
 * `3.13.5` → `3.13.5.202611210312`: the minute of promotion, UTC. `minutesLater` is for a minute that another
 * release of the same version has taken: taking the next one keeps tags in order and immutable without
 * waiting, and is wrong by no more than the minutes it counts.
 */
export function uniqueTag(version: string, promotedAt: string, minutesLater = 0): Tag {
  const instant = new Date(Date.parse(promotedAt) + minutesLater * MINUTE_MS);
  const minute = instant.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length).replace(/[-T:]/g, '');
  return parseTag(`${version}.${minute}`);
}
