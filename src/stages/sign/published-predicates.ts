import { z } from 'zod';
import { FactoryError, type BuildInputs, type Lock, type TestReport } from '../../model/index.ts';

/** What a published image was made of. */
export interface PublishedLock {
  readonly lock: Lock;
  readonly inputs: BuildInputs;
}

const Record1 = z.looseObject({ schemaVersion: z.literal(1) });
const PublishedLockSchema = z.object({ lock: Record1, inputs: Record1 });
const TestResultSchema = z.object({
  report: z.looseObject({ checks: z.array(z.unknown()), contents: z.array(z.unknown()) }),
});

/**
 * Readers of our own verified predicates. The signature says that we wrote them, so only the layout's
 * version is checked, not every field.
 */
export function parseLockPredicate(predicate: unknown): PublishedLock {
  assertShape(predicate, PublishedLockSchema, 'lock attestation');
  return predicate as PublishedLock;
}

export function parseTestPredicate(predicate: unknown): TestReport {
  assertShape(predicate, TestResultSchema, 'test report attestation');
  return (predicate as { readonly report: TestReport }).report;
}

function assertShape(value: unknown, schema: z.ZodType, what: string): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${what}: this version cannot read ${fields}`, {
      hint: 'it was written by another version of ingot; publish the image again',
    });
  }
}
