import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import type { Descriptor } from '../model/index.ts';
import { DOCKER_MEDIA_TYPE, MEDIA_TYPE } from './media-types.ts';
import { DescriptorSchema, parseJson, type ImageManifest } from './schema.ts';

/** What a registry or a layout has under one digest, whoever made it. */
export type AnyImage =
  | {
      readonly kind: 'index';
      readonly manifests: readonly Descriptor[];
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'image'; readonly manifest: ImageManifest };

/** OCI and Docker schema 2 have the same fields; only the first made naming its own type optional. */
const AnyImageSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z
    .enum([MEDIA_TYPE.index, MEDIA_TYPE.manifest, DOCKER_MEDIA_TYPE.index, DOCKER_MEDIA_TYPE.manifest])
    .optional(),
  manifests: z.array(DescriptorSchema).optional(),
  config: DescriptorSchema.optional(),
  layers: z.array(DescriptorSchema).optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

/**
 * For looking at images that are not ours: accepts Docker's own media types beside OCI's, and gives OCI's. Bytes that
 * can be read as an index and as a manifest are refused, as image spec 1.1 "Image Index" asks.
 */
export function parseAnyImage(bytes: Uint8Array, what: string): AnyImage {
  const parsed = parseJson(bytes, AnyImageSchema, what);
  const { manifests, config, layers } = parsed;
  const annotations = parsed.annotations ?? {};
  if (manifests !== undefined && layers === undefined) {
    return { kind: 'index', manifests, annotations };
  }
  if (config === undefined || layers === undefined || manifests !== undefined) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot read ${what}: expected an index with manifests, or a manifest with config and layers`,
    );
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config,
    layers: layers.map(withOciType),
    annotations,
  } as const;
  return { kind: 'image', manifest };
}

/** Docker's layers, foreign ones too, are gzipped tars under another name. */
const DOCKER_LAYER = /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar\.?(gzip|zstd)?$/;

function withOciType(layer: Descriptor): Descriptor {
  const match = DOCKER_LAYER.exec(layer.mediaType);
  if (match === null) {
    return layer;
  }
  const compression = match[1] === undefined ? '' : `+${match[1]}`;
  return { ...layer, mediaType: `application/vnd.oci.image.layer.v1.tar${compression}` };
}
