import type { DigestRef, ReleaseRecord, Sha256, Tag } from '../model/index.ts';
import { parseTag, type ReadDeps, type RegistryPool } from '../oci/index.ts';
import {
  listReleases,
  tracksOf,
  type ListedRelease,
  type SeenReleases,
  type TrackName,
} from '../stages/promote/index.ts';
import type { ReleaseFacts } from './facts.ts';
import { attempt, type Read } from './read.ts';

export interface ReadReleaseDeps extends ReadDeps {
  readonly seen: SeenReleases;
  readonly pool: RegistryPool;
}

/** A track, with its records and the newest of them. */
interface Track {
  readonly name: TrackName;
  readonly releases: readonly ListedRelease[];
  readonly newest: ReleaseRecord;
}

/**
 * The track that released a digest: the one asked for by its tag, else the one that names the digest, newest records
 * first. Undefined where none does. A newest record that cannot be trusted is an error: nothing is known then.
 */
export async function readReleaseFacts(
  ref: DigestRef,
  tag: Tag | undefined,
  deps: ReadReleaseDeps,
): Promise<ReleaseFacts | undefined> {
  const tracks = await readTracks(ref.repository, tag, deps);
  const current = tracks.find(({ newest }) => newest.digest === ref.digest);
  if (current !== undefined) {
    return toFacts(current, { naming: current.newest, unread: [] }, deps);
  }
  const older: Older[] = [];
  for (const { releases } of tracks) {
    older.push(await findOlder(releases.slice(1), ref.digest));
  }
  const at = older.findIndex(({ naming }) => naming !== undefined);
  const asked = tracks.findIndex(({ name }) => name.track === tag);
  const chosen = at === -1 ? asked : at;
  const [track, found] = [tracks[chosen], older[chosen]];
  return track === undefined || found === undefined ? undefined : toFacts(track, found, deps);
}

async function readTracks(
  repository: string,
  tag: Tag | undefined,
  deps: ReadReleaseDeps,
): Promise<readonly Track[]> {
  const tags = await deps.registry.listTags(repository);
  const all = tracksOf(tags);
  const asked = all.filter((track) => track === tag);
  const tracks = [];
  for (const track of asked.length > 0 ? asked : all) {
    const name = { repository, track };
    const releases = listReleases(name, tags, deps);
    const newest = await releases[0]?.read();
    if (newest !== undefined) {
      tracks.push({ name, releases, newest });
    }
  }
  return tracks;
}

interface Older {
  readonly naming: ReleaseRecord | undefined;
  /** Records on the way that cannot be trusted. */
  readonly unread: readonly Read<ReleaseRecord>[];
}

/** One after the other: most that are asked for are among the last. */
async function findOlder(releases: readonly ListedRelease[], digest: Sha256): Promise<Older> {
  const unread: Read<ReleaseRecord>[] = [];
  for (const release of releases) {
    const record = await attempt(release.read);
    if (record.kind === 'unread') {
      unread.push(record);
    } else if (record.value.digest === digest) {
      return { naming: record.value, unread };
    }
  }
  return { naming: undefined, unread };
}

async function toFacts(
  { name, releases, newest }: Track,
  { naming, unread }: Older,
  { registry, seen, pool }: ReadReleaseDeps,
): Promise<ReleaseFacts> {
  const tags = new Set([newest.tags.moving, newest.tags.unique, ...(naming ? [naming.tags.unique] : [])]);
  const heads = await pool.map(tags, async (tag) => {
    const head = await registry.headManifest(name.repository, parseTag(tag));
    return [tag, head?.digest] as const;
  });
  const accepted = await attempt(() => seen.accept(name, newest));
  return {
    track: name.track,
    newest,
    ...(naming === undefined ? {} : { naming }),
    sequences: releases.map(({ sequence }) => sequence),
    tags: new Map(heads),
    untrusted: [accepted, ...unread].filter(({ kind }) => kind === 'unread'),
  };
}
