import { z } from 'zod';
import { ARCHIVES, FactoryError, problemText, type Problem, type ToolLock } from '../../model/index.ts';
import { isSha256 } from '../../oci/index.ts';

const DigestSchema = z.string().refine(isSha256, 'expected sha256: and 64 lower-case hex digits');
const ArchiveSchema = z.enum(ARCHIVES);

const SuiteSchema = z.strictObject({
  archive: ArchiveSchema,
  suite: z.string().min(1),
  inRelease: DigestSchema,
  date: z.iso.datetime(),
  validUntil: z.iso.datetime().exactOptional(),
  signedBy: z.string().regex(/^[0-9A-F]{40}$/, 'expected the fingerprint of a key, 40 hex digits'),
});

const PackageSchema = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  architecture: z.enum(['amd64', 'arm64', 'all']),
  source: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }),
  archive: ArchiveSchema,
  suite: z.string().min(1),
  path: z.string().regex(/^pool\/(?!.*\.\.)\S+\.deb$/, 'expected a path below pool/ that ends in .deb'),
  size: z.int().positive(),
  sha256: DigestSchema,
  requestedBy: z.array(z.string().min(1)),
});

const ToolLockSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.enum(['toolbox', 'builder']),
  suites: z.array(SuiteSchema),
  architectures: z.strictObject({ amd64: z.array(PackageSchema), arm64: z.array(PackageSchema) }),
});

/**
 * Reads a committed tool lock. Its digests were reached from a signature when it was written, and reviewed;
 * they are not compared with the archive again. Every mistake is reported at once.
 */
export function parseToolLock(text: string, file: string): ToolLock {
  const parsed = ToolLockSchema.safeParse(parseJson(text, file));
  if (parsed.success) {
    return parsed.data;
  }
  const problems = parsed.error.issues.map(({ path, message }) => ({
    file,
    field: z.core.toDotPath(path),
    message,
  }));
  throw invalid(problems);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid([{ file, field: '', message: `expected JSON, got ${reason}` }]);
  }
}

function invalid(problems: readonly Problem[]): FactoryError {
  return new FactoryError(
    'CATALOG_INVALID',
    `cannot read tool lock: ${problems.map(problemText).join('; ')}`,
    {
      hint: 'locks/ is written by `ingot lock`: run it, and review what changed',
    },
  );
}
