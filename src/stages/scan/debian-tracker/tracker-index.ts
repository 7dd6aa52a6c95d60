import { z } from 'zod';
import { FactoryError } from '../../../model/index.ts';
import { readAnswer } from '../read-answer.ts';
import { objectEntries } from './object-entries.ts';

/** What the tracker says of one vulnerability of one source package in one release. */
const ReleaseEntry = z.object({
  /** `open`, `resolved` or `undetermined`. */
  status: z.string(),
  /** `0` for a package that never had it. */
  fixed_version: z.string().optional(),
  /** `high`, `not yet assigned`, `unimportant`, `end-of-life`; in old entries with stars behind it. */
  urgency: z.string().nullish(),
  /** Why there is no advisory of its own, in words. */
  nodsa: z.string().nullish(),
  /** `postponed`, `ignored`, or empty. */
  nodsa_reason: z.string().nullish(),
});

const SourceEntries = z.record(
  z.string(),
  z.object({ releases: z.record(z.string(), ReleaseEntry).default({}) }),
);

/** The same, as it is kept: status, fixed version, urgency, and the reason where there is no advisory. */
export type TrackerEntry = readonly [status: string, fixed: string, urgency: string, noDsa: string | null];

/** Of one Debian release: source → vulnerability → entry. */
export type TrackerIndex = Readonly<Record<string, Readonly<Record<string, TrackerEntry>>>>;

/** The tracker's document, parted by release: an image asks one of them. */
export function reduceTracker(bytes: Uint8Array): ReadonlyMap<string, string> {
  const releases = new Map<string, Record<string, Record<string, TrackerEntry>>>();
  for (const [source, json] of objectEntries(bytes, 'the security tracker')) {
    const entries = readAnswer(json, SourceEntries, `what the security tracker says of ${source}`);
    for (const [id, { releases: each }] of Object.entries(entries)) {
      for (const [codename, entry] of Object.entries(each)) {
        const index = releases.get(codename) ?? {};
        releases.set(codename, index);
        (index[source] ??= {})[id] = toEntry(entry);
      }
    }
  }
  if (releases.size === 0) {
    throw new FactoryError('FEED_INVALID', 'cannot read the security tracker: it names no release of Debian');
  }
  return new Map([...releases].map(([codename, index]) => [codename, JSON.stringify(index)]));
}

function toEntry(entry: z.output<typeof ReleaseEntry>): TrackerEntry {
  const { status, fixed_version: fixed = '', urgency, nodsa, nodsa_reason: reason } = entry;
  const hasNoDsa = (nodsa ?? '') !== '' || (reason ?? '') !== '';
  return [status, fixed, urgency ?? '', hasNoDsa ? (reason ?? '') : null];
}
