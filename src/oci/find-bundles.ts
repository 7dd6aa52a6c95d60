import type { Descriptor, DigestRef, Sha256 } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import { MAX_ATTACHMENT_BYTES } from './attachments.ts';
import { BUNDLE_ANNOTATION, bundleEnvelope } from './bundle.ts';
import { MEDIA_TYPE } from './media-types.ts';
import { referenceText } from './reference.ts';
import { listReferrers } from './referrers.ts';
import type { RegistryClient } from './registry-client.ts';
import { parseManifest } from './schema.ts';
import type { ImageManifest } from './schema.ts';

/** An attestation as it was found, not verified. */
export interface FoundBundle {
  /** Of the referrer. */
  readonly digest: Sha256;
  /** What it is listed under. */
  readonly predicateType: string;
  /** By its own word, unsigned; empty where it does not say. */
  readonly created: string;
  /** DSSE. */
  readonly envelope: Uint8Array;
}

/** An entry of the list that is no referrer of this image. */
export interface ForeignReferrer {
  readonly digest: Sha256;
  readonly reason: string;
}

export interface FoundBundles {
  readonly bundles: readonly FoundBundle[];
  readonly foreign: readonly ForeignReferrer[];
}

export async function findBundles(
  ref: DigestRef,
  isWanted: (predicateType: string) => boolean,
  registry: RegistryClient,
): Promise<FoundBundles> {
  const bundles: FoundBundle[] = [];
  const foreign: ForeignReferrer[] = [];
  for (const entry of await listReferrers(ref, registry)) {
    const listed = entry.annotations?.[BUNDLE_ANNOTATION.predicateType];
    if (mayBeBundle(entry) && (listed === undefined || isWanted(listed))) {
      const manifest = await readReferrer(ref, entry.digest, registry);
      if ('reason' in manifest) {
        foreign.push(manifest);
      } else {
        bundles.push(...(await readBundle(ref, { manifest, digest: entry.digest }, registry)));
      }
    }
  }
  return { bundles: bundles.filter(({ predicateType }) => isWanted(predicateType)), foreign };
}

/** Whether an image has an attestation in this form at all. */
export async function hasBundles(ref: DigestRef, registry: RegistryClient): Promise<boolean> {
  return (await listReferrers(ref, registry)).some(({ artifactType }) => artifactType === MEDIA_TYPE.bundle);
}

/** Lists leave the type out, or name that of the config, as go-containerregistry writes the fallback tag. */
const BUNDLE_TYPES: readonly (string | undefined)[] = [undefined, MEDIA_TYPE.empty, MEDIA_TYPE.bundle];

function mayBeBundle({ artifactType, mediaType }: Descriptor): boolean {
  return mediaType === MEDIA_TYPE.manifest && BUNDLE_TYPES.includes(artifactType);
}

async function readReferrer(
  ref: DigestRef,
  digest: Sha256,
  registry: RegistryClient,
): Promise<ImageManifest | ForeignReferrer> {
  const found = await registry.getManifest(ref.repository, digest);
  if (found === undefined) {
    return { digest, reason: 'its manifest is not there' };
  }
  const manifest = parseManifest(found.bytes, `referrer ${digest} of ${referenceText(ref)}`);
  const { subject } = manifest;
  return subject?.digest === ref.digest
    ? manifest
    : { digest, reason: `it refers to ${subject?.digest ?? 'nothing'}` };
}

async function readBundle(
  ref: DigestRef,
  { manifest, digest }: { readonly manifest: ImageManifest; readonly digest: Sha256 },
  registry: RegistryClient,
): Promise<readonly FoundBundle[]> {
  const { layers, annotations = {} } = manifest;
  const [layer] = layers;
  if (layer?.mediaType !== MEDIA_TYPE.bundle) {
    return [];
  }
  const bundle = await registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
  return [
    {
      digest,
      predicateType: annotations[BUNDLE_ANNOTATION.predicateType] ?? '',
      created: annotations[BUNDLE_ANNOTATION.created] ?? '',
      envelope: bundleEnvelope(bundle, `bundle ${digest} of ${referenceText(ref)}`),
    },
  ];
}

export function foreignError(ref: DigestRef, { digest, reason }: ForeignReferrer): FactoryError {
  return new FactoryError(
    'REFERRER_FOREIGN',
    `cannot trust the referrers of ${referenceText(ref)}: ${digest} is listed, but ${reason}`,
    { hint: 'take that entry off the list, and see who else can write to this repository' },
  );
}
