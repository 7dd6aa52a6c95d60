import { z } from 'zod';
import { FactoryError, type Descriptor, type DigestRef } from '../model/index.ts';
import {
  listReferrers,
  MAX_ATTACHMENT_BYTES,
  parseJson,
  parseManifest,
  type ImageManifest,
  type RegistryClient,
} from '../oci/index.ts';
import type { ForeignReferrer } from './facts.ts';
import type { AttachedDeps, FoundEnvelope } from './read-attached.ts';

export interface Referrers {
  readonly count: number;
  readonly envelopes: readonly FoundEnvelope[];
  readonly foreign: readonly ForeignReferrer[];
}

/** sigstore's bundle, of any version: `application/vnd.dev.sigstore.bundle.v0.3+json`. */
const BUNDLE_TYPE = /^application\/vnd\.dev\.sigstore\.bundle\.v\d+\.\d+\+json$/;
/** Under which cosign lists a bundle by its predicate type. */
const CREATED = 'org.opencontainers.image.created';
const BUNDLE_PREDICATE = 'dev.sigstore.bundle.predicateType';

const BundleSchema = z.object({ dsseEnvelope: z.unknown().optional() });

/**
 * What the registry lists as referring to an image. The fallback tag is a list that anybody who can push may write, and
 * an entry proves nothing: each manifest is read, and has to name this very digest as its subject.
 */
export async function readReferrers(ref: DigestRef, { registry, pool }: AttachedDeps): Promise<Referrers> {
  const entries = (await listReferrers(ref, registry)).toSorted(byNewest);
  const read = await pool.map(entries, (entry) => readReferrer(ref, entry, registry));
  return {
    count: entries.length,
    envelopes: read.flatMap(({ envelopes = [] }) => envelopes),
    foreign: read.flatMap(({ foreign }) => foreign ?? []),
  };
}

/** Older ones stay where a registry deletes nothing; the date is not signed, and puts them in order only. */
function byNewest(a: Descriptor, b: Descriptor): number {
  const [left = '', right = ''] = [a.annotations?.[CREATED], b.annotations?.[CREATED]];
  return left < right ? 1 : -Number(left > right);
}

interface ReadReferrer {
  readonly envelopes?: readonly FoundEnvelope[];
  readonly foreign?: ForeignReferrer;
}

async function readReferrer(
  ref: DigestRef,
  entry: Descriptor,
  registry: RegistryClient,
): Promise<ReadReferrer> {
  const { digest } = entry;
  const what = `referrer ${digest}`;
  const found = await registry.getManifest(ref.repository, digest);
  if (found === undefined) {
    return { foreign: { digest, reason: 'it is not in the registry' } };
  }
  const manifest = tryManifest(found.bytes, what);
  if (manifest?.subject?.digest !== ref.digest) {
    return { foreign: { digest, reason: subjectText(manifest) } };
  }
  if (!BUNDLE_TYPE.test(manifest.artifactType ?? '')) {
    return {};
  }
  const listed = (entry.annotations ?? manifest.annotations)?.[BUNDLE_PREDICATE];
  return { envelopes: await readBundles(ref, { manifest, listed }, registry) };
}

async function readBundles(
  ref: DigestRef,
  { manifest, listed }: { readonly manifest: ImageManifest; readonly listed: string | undefined },
  registry: RegistryClient,
): Promise<readonly FoundEnvelope[]> {
  const envelopes: FoundEnvelope[] = [];
  for (const layer of manifest.layers.filter(({ mediaType }) => BUNDLE_TYPE.test(mediaType))) {
    envelopes.push(await readBundle(ref, { layer, listed }, registry));
  }
  return envelopes;
}

function tryManifest(bytes: Uint8Array, what: string): ImageManifest | undefined {
  try {
    return parseManifest(bytes, what);
  } catch (error) {
    if (error instanceof FactoryError) {
      return undefined;
    }
    throw error;
  }
}

function subjectText(manifest: ImageManifest | undefined): string {
  if (manifest === undefined) {
    return 'it is no manifest';
  }
  const { subject } = manifest;
  return subject === undefined ? 'it refers to nothing' : `it refers to ${subject.digest}`;
}

/** A bundle that holds a signature of bytes, and no envelope, is judged as an envelope that cannot be read. */
async function readBundle(
  ref: DigestRef,
  { layer, listed }: { readonly layer: Descriptor; readonly listed: string | undefined },
  registry: RegistryClient,
): Promise<FoundEnvelope> {
  const place = `referrer bundle ${layer.digest}`;
  const bundle = await registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
  const { dsseEnvelope = {} } = parseJson(bundle, BundleSchema, place);
  return { bytes: Buffer.from(JSON.stringify(dsseEnvelope)), listed, place, form: 'bundle' };
}
