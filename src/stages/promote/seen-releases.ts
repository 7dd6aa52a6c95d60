import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { FileStore } from '../../host/file-store.ts';
import { FactoryError, type ReleaseRecord } from '../../model/index.ts';
import { isSha256, sha256Of } from '../../oci/index.ts';
import type { TrackName } from './release-store.ts';

/** The newest release that this machine has seen of each track: trusted on first use, never back from then on. */
export interface SeenReleases {
  /** Refuses a verified record that is older than one seen before, and remembers it otherwise. */
  accept(name: TrackName, newest: ReleaseRecord | undefined): Promise<void>;
}

const SeenSchema = z.object({
  sequence: z.int().positive(),
  /** Over the record's canonical JSON: two records under one number are two histories. */
  record: z.string().refine(isSha256),
});
type Seen = z.infer<typeof SeenSchema>;

/** `folder` is where the store keeps its files, for whoever has to delete one. */
export function createSeenReleases(store: FileStore, folder: string): SeenReleases {
  return {
    accept: async (name, newest) => {
      const file = `${name.repository}:${name.track}.json`;
      const seen = parseSeen(await store.read(file));
      const got = newest && toSeen(newest);
      if (seen !== undefined && isBack(seen, got)) {
        const path = `${folder}/${encodeURIComponent(file)}`;
        throw new FactoryError('RELEASE_ROLLED_BACK', rolledBackText(name, seen, got), {
          hint: `see who else can write to this repository; if it was emptied or restored on purpose: rm '${path}'`,
        });
      }
      if (got !== undefined && got.sequence !== seen?.sequence) {
        await store.write(file, `${JSON.stringify(got)}\n`);
      }
    },
  };
}

function toSeen(record: ReleaseRecord): Seen {
  return { sequence: record.sequence, record: sha256Of(canonicalize(record) ?? '') };
}

function isBack(seen: Seen, got: Seen | undefined): boolean {
  if (got === undefined || got.sequence < seen.sequence) {
    return true;
  }
  return got.sequence === seen.sequence && got.record !== seen.record;
}

function rolledBackText({ repository, track }: TrackName, seen: Seen, got: Seen | undefined): string {
  const what = `cannot trust the newest release of ${repository}:${track}`;
  if (got?.sequence === seen.sequence) {
    return `${what}: its record ${got.sequence} is another one than was seen before`;
  }
  return `${what}: expected record ${seen.sequence} or later, which was seen before, got ${got?.sequence ?? 'none'}`;
}

/** A file that cannot be read as ours counts as none, as on a first use. */
function parseSeen(text: string | undefined): Seen | undefined {
  try {
    return SeenSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}
