import { z } from 'zod';
import type { AttestationSummary, AttestedSummary, DigestRef, ReleaseSummary } from '../model/index.ts';
import {
  MAX_ATTACHMENT_BYTES,
  MEDIA_TYPE,
  PREDICATE_TYPE,
  envelopePayload,
  parseAnyImage,
  parseJson,
  type RegistryClient,
} from '../oci/index.ts';
import {
  isOurs,
  readSignatures,
  readStatements,
  vouchedFor,
  type AttestedDeps,
  type AttestedStatement,
} from './attested.ts';
import { ofType, predicateText, toScan } from './predicates.ts';
import { compareText } from './read-packages.ts';

/** An image and one platform of it; the same digest where there is no index. */
export interface AttestedImage {
  readonly image: DigestRef;
  readonly platform: DigestRef;
}

/** All that a registry has to say of an image. */
export async function readAttested(
  { image, platform }: AttestedImage,
  deps: AttestedDeps,
): Promise<AttestedSummary> {
  const statements = await readStatements(image, deps);
  const ofPlatform = platform.digest === image.digest ? [] : await readStatements(platform, deps);
  const scans = ofType(statements, PREDICATE_TYPE.vulnerabilities);
  return {
    hasKey: deps.verify !== undefined,
    signatures: await readSignatures(image, deps),
    attestations: [
      ...statements.map((statement) => toAttestation(statement, 'image')),
      ...ofPlatform.map((statement) => toAttestation(statement, 'platform')),
    ],
    scans: scans.flatMap((statement) => toScan(statement.predicate, statement) ?? []),
    releases: await readReleases(image, deps),
  };
}

function toAttestation(
  { predicateType, form, verified, signer, predicate }: AttestedStatement,
  about: AttestationSummary['about'],
): AttestationSummary {
  return { predicateType, about, form, verified, signer, says: predicateText(predicateType, predicate) };
}

const RECORD_TAG = /^release-(.+)-([0-9]{6})$/;
/** Further back than this a record is not looked for: a release of today is the newest of its track. */
const MAX_RECORDS = 20;

/** Release records that name this image: of each track the newest one that does. */
async function readReleases(ref: DigestRef, deps: AttestedDeps): Promise<readonly ReleaseSummary[]> {
  const tags = (await deps.registry.listTags(ref.repository)).filter((tag) => RECORD_TAG.test(tag));
  const tracks = Map.groupBy(tags, (tag) => RECORD_TAG.exec(tag)?.[1] ?? '');
  const releases: ReleaseSummary[] = [];
  for (const records of tracks.values()) {
    const newest = records.toSorted(compareText).reverse().slice(0, MAX_RECORDS);
    releases.push(...(await firstAbout(ref, newest, deps)));
  }
  return releases;
}

async function firstAbout(
  ref: DigestRef,
  tags: readonly Parameters<RegistryClient['getManifest']>[1][],
  deps: AttestedDeps,
): Promise<readonly ReleaseSummary[]> {
  for (const tag of tags) {
    const envelope = await recordEnvelope(ref.repository, tag, deps.registry);
    const found = envelope === undefined ? undefined : toRelease(ref, envelope, deps);
    if (found !== undefined) {
      return [found];
    }
  }
  return [];
}

async function recordEnvelope(
  repository: string,
  tag: Parameters<RegistryClient['getManifest']>[1],
  registry: RegistryClient,
): Promise<Uint8Array | undefined> {
  const found = await registry.getManifest(repository, tag);
  const image = found === undefined ? undefined : parseAnyImage(found.bytes, `release record "${tag}"`);
  const layers = image?.kind === 'image' ? image.manifest.layers : [];
  const layer = layers.find(({ mediaType }) => mediaType === MEDIA_TYPE.dsse);
  return layer === undefined ? undefined : registry.getBlob(repository, layer.digest, MAX_ATTACHMENT_BYTES);
}

const RecordSchema = z.object({
  predicate: z.object({
    digest: z.string(),
    track: z.string(),
    sequence: z.int(),
    tags: z.object({ unique: z.string() }),
    promotedAt: z.string(),
    reason: z.string(),
  }),
});

function toRelease(
  ref: DigestRef,
  envelope: Uint8Array,
  { verify }: AttestedDeps,
): ReleaseSummary | undefined {
  const what = `release record of ${ref.repository}`;
  const { predicate } = parseJson(envelopePayload(envelope, what), RecordSchema, what);
  if (predicate.digest !== ref.digest) {
    return undefined;
  }
  const { track, sequence, tags, promotedAt, reason } = predicate;
  return {
    track,
    sequence,
    tag: tags.unique,
    promotedAt,
    reason,
    ...vouchedFor(undefined, isOurs(envelope, verify)),
  };
}
