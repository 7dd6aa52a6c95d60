import { z } from 'zod';
import { ECR_FIELDS, ECR_SCAN_FREQUENCIES, type EcrPlan, type Json } from '../../model/index.ts';

const JsonValue: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(JsonValue),
    z.record(z.string(), JsonValue),
  ]),
);

const Document = z.record(z.string(), JsonValue);

const Encryption = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('aes256') }),
  z.strictObject({ kind: z.enum(['kms', 'kms-dsse']), key: z.string().exactOptional() }),
]);

const Mutability = z.strictObject({
  setting: z.enum(['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION']),
  except: z.array(z.string()),
});

const Scanning = z.strictObject({
  kind: z.enum(['basic', 'enhanced']),
  rules: z.array(
    z.strictObject({ frequency: z.enum(ECR_SCAN_FREQUENCIES), repositories: z.array(z.string()) }),
  ),
});

const Tags = z.record(z.string(), z.string());

const Change = z.discriminatedUnion('field', [
  z.strictObject({ field: z.literal('encryption'), from: Encryption.exactOptional(), to: Encryption }),
  z.strictObject({ field: z.literal('mutability'), from: Mutability.exactOptional(), to: Mutability }),
  z.strictObject({ field: z.literal('tags'), from: Tags.exactOptional(), to: Tags }),
  z.strictObject({ field: z.literal('policy'), from: Document.exactOptional(), to: Document }),
  z.strictObject({ field: z.literal('lifecycle'), from: Document.exactOptional(), to: Document }),
  z.strictObject({ field: z.literal('scanning'), from: Scanning.exactOptional(), to: Scanning }),
  z.strictObject({ field: z.literal('blob-mounting'), from: z.boolean().exactOptional(), to: z.boolean() }),
]);

const Kept = z.strictObject({
  field: z.enum(ECR_FIELDS),
  is: JsonValue.exactOptional(),
  wanted: JsonValue,
  reason: z.string(),
});

const repository = z.string().exactOptional();

const Planned = z.discriminatedUnion('action', [
  z.strictObject({ repository, action: z.literal('create'), changes: z.array(Change) }),
  z.strictObject({
    repository,
    action: z.literal('change'),
    fingerprints: z.partialRecord(z.enum(ECR_FIELDS), z.string()),
    changes: z.array(Change),
    kept: z.array(Kept),
  }),
  z.strictObject({ repository, action: z.literal('leave'), kept: z.array(Kept) }),
  z.strictObject({ repository, action: z.literal('foreign'), reason: z.string() }),
]);

/** The file that `ingot ecr plan --output` writes and `ingot ecr apply` reads. */
export const EcrPlanFile: z.ZodType<EcrPlan> = z.strictObject({
  schemaVersion: z.literal(1),
  target: z.string(),
  account: z.string().regex(/^\d{12}$/),
  region: z.string(),
  resources: z.array(Planned),
});
