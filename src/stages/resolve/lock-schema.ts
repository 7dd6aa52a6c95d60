import { z } from 'zod';
import { fieldText, FactoryError, PLATFORMS, problemText, type Problem } from '../../model/index.ts';
import { isSha256 } from '../../oci/index.ts';
import { ArtifactSchema } from './artifact-schema.ts';

const Text = z.string().min(1);
const SchemaVersion = z.literal(1);
const Epoch = z.int().positive();
const DigestSchema = z.string().refine(isSha256, 'expected sha256: and 64 lower-case hex digits');
const ArchiveSchema = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected the name of an archive');

const SuiteSchema = z.strictObject({
  archive: ArchiveSchema,
  suite: Text,
  inRelease: DigestSchema,
  date: z.iso.datetime(),
  validUntil: z.iso.datetime().exactOptional(),
  signedBy: z.string().regex(/^[0-9A-F]{40}$/, 'expected the fingerprint of a key, 40 hex digits'),
});

const PackageSchema = z.strictObject({
  name: Text,
  version: Text,
  architecture: z.enum(['amd64', 'arm64', 'all']),
  source: z.strictObject({ name: Text, version: Text }),
  archive: ArchiveSchema,
  suite: Text,
  path: z.string().regex(/^(?!\/)(?!.*\.\.)\S+\.deb$/, 'expected a relative path that ends in .deb'),
  size: z.int().positive(),
  sha256: DigestSchema,
  requestedBy: z.array(Text),
});

const LayerSchema = z.strictObject({
  stack: Text,
  packages: z.array(PackageSchema),
  artifacts: z.array(ArtifactSchema),
  excluded: z.array(z.strictObject({ package: Text, reason: Text, requestedBy: z.array(Text) })),
  epoch: Epoch,
});

/** `locks/<image id>.json`. */
export const LockSchema = z.strictObject({
  schemaVersion: SchemaVersion,
  image: Text,
  entry: DigestSchema,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'expected three numbers'),
  epoch: Epoch,
  suites: z.array(SuiteSchema),
  platforms: z.array(z.strictObject({ platform: z.enum(PLATFORMS), layers: z.array(LayerSchema).min(1) })),
});

/** `locks/toolbox-trixie.json`, `locks/builder.json`. */
export const ToolLockSchema = z.strictObject({
  schemaVersion: SchemaVersion,
  name: z.string().regex(/^[a-z]+(-[a-z]+)?$/, 'expected the name of a tool set'),
  suites: z.array(SuiteSchema),
  architectures: z.strictObject({ amd64: z.array(PackageSchema), arm64: z.array(PackageSchema) }),
});

/** A lock that lies in `locks/`. */
export interface LockFile {
  /** Path as the user knows it, `locks/python-3.13.json`. */
  readonly file: string;
  readonly text: string;
  /** Command that writes it anew. */
  readonly rewrite: string;
}

/** Reads a lock; every mistake is reported at once, with file and field. */
export function parseLockFile<T>(lock: LockFile, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(lock));
  if (parsed.success) {
    return parsed.data;
  }
  throw invalidLock(
    lock,
    parsed.error.issues.map(({ path, message }) => ({ field: fieldText(path), message })),
  );
}

export function invalidLock(
  { file, rewrite }: LockFile,
  problems: readonly Omit<Problem, 'file'>[],
): FactoryError {
  const text = problems.map((problem) => problemText({ file, ...problem })).join('; ');
  return new FactoryError('CATALOG_INVALID', `cannot read lock: ${text}`, {
    hint: `locks/ is written by \`${rewrite}\`: run it, and review what changed`,
  });
}

function parseJson(lock: LockFile): unknown {
  try {
    return JSON.parse(lock.text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidLock(lock, [{ field: '', message: `expected JSON, got ${reason}` }]);
  }
}
