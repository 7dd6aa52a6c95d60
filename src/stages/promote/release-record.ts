import { z } from 'zod';
import { FactoryError } from '../../model/index.ts';
import type { ReleaseRecord, Tag } from '../../model/index.ts';
import { isSha256, isTag, parseTag } from '../../oci/index.ts';
import { uniqueTag } from './unique-tag.ts';

const TagText = z.string().refine(isTag, 'expected a tag');
const DigestText = z.string().refine(isSha256, 'expected sha256: and 64 hex digits');

/** Ours alone: an unknown field is a record of a version that this one does not understand. */
const ReleaseRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  repository: z.string(),
  track: z.string(),
  sequence: z.int().positive(),
  digest: DigestText,
  buildId: z.string(),
  tags: z.strictObject({ unique: TagText, moving: TagText }),
  version: z.string(),
  epoch: z.int().nonnegative(),
  promotedAt: z.iso.datetime(),
  reason: z.string(),
  previous: DigestText.exactOptional(),
  rolledBackFrom: TagText.exactOptional(),
  withdrawn: z
    .array(z.strictObject({ digest: DigestText, tag: TagText, at: z.iso.datetime(), reason: z.string() }))
    .exactOptional(),
});

/** Six digits sort as text for 2700 years of nightly releases. */
const SEQUENCE_DIGITS = 6;

export function releaseTag(track: string, sequence: number): Tag {
  return parseTag(`release-${track}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`);
}

/** Of what the track pointed at before the release of a sequence: `superseded-24-000013.202611210312`. */
export function supersededTag(track: string, sequence: number, promotedAt: string): Tag {
  const name = `superseded-${track}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
  return uniqueTag(name, promotedAt);
}

/** The highest sequence that a track has a record for; 0 for none. */
export function lastSequence(tags: readonly string[], track: string): number {
  return sequencesOf(tags, track)[0] ?? 0;
}

/** Sequences that a track has records for, the newest first. */
export function sequencesOf(tags: readonly string[], track: string): readonly number[] {
  const prefix = `release-${track}-`;
  return tags
    .filter((tag) => tag.startsWith(prefix))
    .map((tag) => tag.slice(prefix.length))
    .filter((rest) => /^[0-9]{6}$/.test(rest))
    .map(Number)
    .sort((a, b) => b - a);
}

/** Tracks that have at least one record in a repository with these tags; sorted. */
export function tracksOf(tags: readonly string[]): readonly string[] {
  const tracks = tags.flatMap((tag) => /^release-(.+)-[0-9]{6}$/.exec(tag)?.[1] ?? []);
  return [...new Set(tracks)].sort();
}

export function buildTag(buildId: string): Tag {
  return parseTag(`build-${buildId}`);
}

/** Where a record was found, which it has to agree with. */
export interface RecordPlace {
  /** Repository without its registry: a local registry has another port every time. */
  readonly repository: string;
  readonly track: string;
  readonly sequence: number;
}

/**
 * A verified predicate as a record, if it says of itself what its tag says: the signature alone would let
 * an old record be served under a newer number, or under another track's.
 */
export function parseReleaseRecord(predicate: unknown, place: RecordPlace): ReleaseRecord {
  const tag = releaseTag(place.track, place.sequence);
  const parsed = ReleaseRecordSchema.safeParse(predicate);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new FactoryError('REGISTRY_INVALID', `cannot read release record "${tag}": ${problems.join('; ')}`);
  }
  const record = parsed.data;
  const said = `${record.repository} ${record.track} ${record.sequence}`;
  const expected = `${place.repository} ${place.track} ${place.sequence}`;
  if (said !== expected) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot trust release record "${tag}": expected ${expected}, got ${said}`,
      { hint: 'a signed record was copied to this tag; see who else can write to this repository' },
    );
  }
  return record;
}
