import canonicalize from 'canonicalize';
import { FactoryError } from '../../model/index.ts';
import type { ReleaseRecord } from '../../model/index.ts';
import {
  MAX_ATTACHMENT_BYTES,
  MEDIA_TYPE,
  PREDICATE_TYPE,
  RELEASE_ARTIFACT_TYPE,
  RetiredKeyError,
  openEnvelope,
  parseManifest,
  parseRepository,
  predicateAbout,
  signEnvelope,
  statementBytes,
  uploadBytes,
} from '../../oci/index.ts';
import type { ImageSigner, ReadDeps, StoredManifest, VerifySignature } from '../../oci/index.ts';
import { lastSequence, parseReleaseRecord, releaseTag, sequencesOf } from './release-record.ts';
import type { SeenReleases } from './seen-releases.ts';

export interface TrackName {
  /** Repository with its registry. */
  readonly repository: string;
  readonly track: string;
}

/** Absent `seen`: a registry that goes back in time is not noticed. */
export interface ReleaseReadDeps extends ReadDeps {
  readonly seen?: SeenReleases;
}

/** `verify` is for today's key: what another has signed is not ours to tag. */
export interface WriteDeps extends ReadDeps {
  readonly signer: ImageSigner;
  /** Keys in force, where there are others: records that are older than the key in use still count. */
  readonly accepts?: VerifySignature;
  /** Where lifecycle rules keep releases for some time after they were superseded: a tag tells when that was. */
  readonly marksSuperseded?: boolean;
}

/** The empty JSON object, OCI image spec 1.1 "Guidance for an Empty Descriptor". */
const EMPTY = Buffer.from('{}');

/** A track's newest release; undefined before the first. Anything that cannot be trusted is an error, never skipped. */
export async function readRelease(
  name: TrackName,
  deps: ReleaseReadDeps,
): Promise<ReleaseRecord | undefined> {
  const sequence = lastSequence(await deps.registry.listTags(name.repository), name.track);
  const record = sequence === 0 ? undefined : await readRecord(name, sequence, deps);
  await deps.seen?.accept(name, record);
  return record;
}

/** A record that is there, by its tag; whether it can be trusted, reading it tells. */
export interface ListedRelease {
  readonly sequence: number;
  readonly read: () => Promise<ReleaseRecord>;
}

/** Every release of a track, the newest first. `tags` are all of the repository's. */
export function listReleases(
  name: TrackName,
  tags: readonly string[],
  deps: ReadDeps,
): readonly ListedRelease[] {
  return sequencesOf(tags, name.track).map((sequence) => ({
    sequence,
    read: () => readRecord(name, sequence, deps),
  }));
}

/** Every release of a track, the newest first, as far back as keys in force have signed them. */
export async function readReleases(name: TrackName, deps: ReadDeps): Promise<readonly ReleaseRecord[]> {
  const records: ReleaseRecord[] = [];
  const newest = lastSequence(await deps.registry.listTags(name.repository), name.track);
  for (let sequence = newest; sequence > 0; sequence -= 1) {
    const record =
      sequence === newest
        ? await readRecord(name, sequence, deps)
        : await readRecordInForce(name, sequence, deps);
    if (record === undefined) {
      break;
    }
    records.push(record);
  }
  return records;
}

/** Undefined for one that an older key signed, before the newest was signed anew. */
async function readRecordInForce(
  name: TrackName,
  sequence: number,
  deps: ReadDeps,
): Promise<ReleaseRecord | undefined> {
  try {
    return await readRecord(name, sequence, deps);
  } catch (error) {
    if (error instanceof RetiredKeyError) {
      return undefined;
    }
    throw error;
  }
}

/** How a writer reads: with every key in force. */
export function readingDeps({ registry, verify, accepts = verify }: WriteDeps): ReadDeps {
  return { registry, verify: accepts };
}

/** Without any, nothing can be signed by another key than today's and still count. */
export function hasRetiredKeys({ verify, accepts = verify }: WriteDeps): boolean {
  return accepts !== verify;
}

/** Whether today's key has signed this record, not one that it replaced. */
export async function isRecordOurs(
  { repository, track }: TrackName,
  sequence: number,
  deps: WriteDeps,
): Promise<boolean> {
  if (!hasRetiredKeys(deps)) {
    return true;
  }
  try {
    await readRecord({ repository, track }, sequence, deps);
    return true;
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'SIGNATURE_INVALID') {
      return false;
    }
    throw error;
  }
}

/** The record of one number; as with `readRelease`, what cannot be trusted is an error. */
export async function readRecord(name: TrackName, sequence: number, deps: ReadDeps): Promise<ReleaseRecord> {
  const tag = releaseTag(name.track, sequence);
  const what = `release record "${tag}" of ${name.repository}`;
  const found = await deps.registry.getManifest(name.repository, tag);
  const manifest = found === undefined ? undefined : parseManifest(found.bytes, what);
  const layer = manifest?.layers.find(({ mediaType }) => mediaType === MEDIA_TYPE.dsse);
  if (layer === undefined || manifest?.artifactType !== RELEASE_ARTIFACT_TYPE) {
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${what}: it is not a release record`);
  }
  const envelope = await deps.registry.getBlob(name.repository, layer.digest, MAX_ATTACHMENT_BYTES);
  const payload = openEnvelope(envelope, deps.verify, what);
  const place = { repository: parseRepository(name.repository).name, track: name.track, sequence };
  const record = parseReleaseRecord(predicateOf(payload), place);
  // The statement's subject is the released image: record and subject must name the same one.
  predicateAbout(payload, {
    ref: { repository: name.repository, digest: record.digest },
    predicateType: PREDICATE_TYPE.release,
  });
  return record;
}

function predicateOf(payload: Uint8Array): unknown {
  const statement: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  return statement instanceof Object && 'predicate' in statement ? statement.predicate : undefined;
}

/** Writes a record under its immutable tag in the repository that it names, if it is not there already. */
export async function writeRecord(record: ReleaseRecord, repository: string, deps: WriteDeps): Promise<void> {
  if (!(await hasRecord(record, repository, readingDeps(deps)))) {
    const tag = releaseTag(record.track, record.sequence);
    await deps.registry.putManifest(repository, tag, await sealRecord(record, repository, deps));
  }
}

/** Whether a record is there and says the same; any other in its place is refused. */
export async function hasRecord(record: ReleaseRecord, repository: string, deps: ReadDeps): Promise<boolean> {
  const { track, sequence } = record;
  const tag = releaseTag(track, sequence);
  if ((await deps.registry.headManifest(repository, tag)) === undefined) {
    return false;
  }
  const stored = await readRecord({ repository, track }, sequence, deps);
  if (canonicalize(stored) !== canonicalize(record)) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot write release record "${tag}" of ${repository}: another one is there`,
      { hint: 'another run has released this track at the same time; run again when it has ended' },
    );
  }
  return true;
}

/** An OCI artifact whose one layer is the signed envelope; uploads what it names. */
async function sealRecord(
  record: ReleaseRecord,
  repository: string,
  deps: WriteDeps,
): Promise<StoredManifest> {
  const statement = { subject: record.digest, predicateType: PREDICATE_TYPE.release, predicate: record };
  const envelope = await signEnvelope(statementBytes(statement, record.repository), deps.signer);
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: RELEASE_ARTIFACT_TYPE,
    config: { mediaType: MEDIA_TYPE.empty, ...(await uploadBytes(repository, EMPTY, deps.registry)) },
    layers: [{ mediaType: MEDIA_TYPE.dsse, ...(await uploadBytes(repository, envelope, deps.registry)) }],
  };
  return { mediaType: MEDIA_TYPE.manifest, bytes: Buffer.from(JSON.stringify(manifest)) };
}
