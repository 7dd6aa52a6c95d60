import { createHash, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import type { Descriptor } from '../model/index.ts';
import { sha256Of } from './digest.ts';
import { MEDIA_TYPE } from './media-types.ts';
import type { StoredManifest } from './registry-client.ts';
import { parseJson } from './schema.ts';

/** Annotations of a referrer that is a bundle, as cosign writes them (its `WriteAttestationNewBundleFormat`). */
export const BUNDLE_ANNOTATION = {
  content: 'dev.sigstore.bundle.content',
  predicateType: 'dev.sigstore.bundle.predicateType',
  created: 'org.opencontainers.image.created',
} as const;

/** The empty JSON object, OCI image spec 1.1 "Guidance for an Empty Descriptor". */
export const EMPTY_CONFIG = Buffer.from('{}');

const BundleSchema = z.object({ mediaType: z.string(), dsseEnvelope: z.looseObject({}) });

/** What a verifier tells keys apart by: cosign's digest of the public key (DER, SubjectPublicKeyInfo). */
export function keyHint(publicKey: string | Uint8Array): string {
  const key = createPublicKey(typeof publicKey === 'string' ? publicKey : Buffer.from(publicKey));
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** A DSSE envelope that a key signed, with no entry in a transparency log. */
export function bundleBytes(envelope: Uint8Array, hint: string): Uint8Array {
  const dsseEnvelope: unknown = JSON.parse(Buffer.from(envelope).toString('utf8'));
  return Buffer.from(
    JSON.stringify({
      mediaType: MEDIA_TYPE.bundle,
      verificationMaterial: { publicKey: { hint } },
      dsseEnvelope,
    }),
  );
}

/** The envelope in it, not verified. */
export function bundleEnvelope(bundle: Uint8Array, what: string): Uint8Array {
  return Buffer.from(JSON.stringify(parseJson(bundle, BundleSchema, what).dsseEnvelope));
}

export interface BundleReferrer {
  /** Manifest of the image. */
  readonly subject: Descriptor;
  readonly bundle: Pick<Descriptor, 'digest' | 'size'>;
  readonly predicateType: string;
  /** ISO instant. */
  readonly created: string;
}

/** The manifest that attaches a bundle to an image. */
export function bundleManifest({ subject, bundle, predicateType, created }: BundleReferrer): StoredManifest {
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: MEDIA_TYPE.bundle,
    config: { mediaType: MEDIA_TYPE.empty, digest: sha256Of(EMPTY_CONFIG), size: EMPTY_CONFIG.length },
    layers: [{ mediaType: MEDIA_TYPE.bundle, ...bundle }],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: {
      [BUNDLE_ANNOTATION.content]: 'dsse-envelope',
      [BUNDLE_ANNOTATION.predicateType]: predicateType,
      [BUNDLE_ANNOTATION.created]: created,
    },
  };
  return { mediaType: MEDIA_TYPE.manifest, bytes: Buffer.from(JSON.stringify(manifest)) };
}
