import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import type { Descriptor } from '../model/index.ts';
import { isSha256 } from './digest.ts';
import { MEDIA_TYPE } from './media-types.ts';

const Digest = z.string().refine(isSha256, 'expected sha256: and 64 hex digits');

/** OCI image spec 1.1 "Content Descriptors"; fields we do not use are dropped. */
export const DescriptorSchema = z
  .object({
    mediaType: z.string(),
    digest: Digest,
    size: z.int().nonnegative(),
    platform: z
      .object({ os: z.string(), architecture: z.string(), variant: z.string().exactOptional() })
      .exactOptional(),
    artifactType: z.string().exactOptional(),
    annotations: z.record(z.string(), z.string()).exactOptional(),
  })
  .readonly();

const IndexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MEDIA_TYPE.index),
  manifests: z.array(DescriptorSchema),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

const ManifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(MEDIA_TYPE.manifest),
  artifactType: z.string().exactOptional(),
  config: DescriptorSchema,
  layers: z.array(DescriptorSchema),
  subject: DescriptorSchema.exactOptional(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});

/** `index.json` of a layout need not name its media type, image spec 1.1 "Image Layout". */
const LayoutIndexSchema = IndexSchema.extend({ mediaType: z.literal(MEDIA_TYPE.index).exactOptional() });

/** OCI image spec 1.1 "Image Index". */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType: typeof MEDIA_TYPE.index;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** OCI image spec 1.1 "Image Manifest". */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType: typeof MEDIA_TYPE.manifest;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The manifest that this one is about. */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `what` names the bytes in the message. Says nothing about their digest: that was checked where they were read. */
export function parseIndex(bytes: Uint8Array, what: string): ImageIndex {
  return parseJson(bytes, IndexSchema, what);
}

export function parseManifest(bytes: Uint8Array, what: string): ImageManifest {
  return parseJson(bytes, ManifestSchema, what);
}

export function parseLayoutIndex(bytes: Uint8Array, what: string): readonly Descriptor[] {
  return parseJson(bytes, LayoutIndexSchema, what).manifests;
}

/** JSON that someone else wrote, into the shape we need; every problem in one message. */
export function parseJson<T>(bytes: Uint8Array, schema: z.ZodType<T>, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${what}: expected JSON`, { cause });
  }
  return parseValue(value, schema, what);
}

/** The same, of JSON that was read already. */
export function parseValue<T>(value: unknown, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${what}: ${problems.join('; ')}`);
  }
  return parsed.data;
}
