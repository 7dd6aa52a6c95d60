import { z } from 'zod';
import { FactoryError, type DigestRef, type RememberedVerdict } from '../../model/index.ts';
import { isSha256, PREDICATE_TYPE, readAttestation, statementBytes, type ReadDeps } from '../../oci/index.ts';
import { attachStatements } from './attach.ts';
import type { AttachDeps } from './attached.ts';

const VerdictSchema = z.strictObject({
  schemaVersion: z.literal(1),
  verdict: z.enum(['pass', 'block']),
  since: z.iso.datetime(),
  judged: z.enum(['release', 'next build']),
  buildId: z.string(),
  reasons: z.array(z.strictObject({ rule: z.string(), message: z.string() })),
  policy: z.string().refine(isSha256, 'expected sha256: and 64 hex digits'),
});

/** What the gate last said of a release; undefined where it was never blocked. */
export async function readVerdict(ref: DigestRef, deps: ReadDeps): Promise<RememberedVerdict | undefined> {
  const predicate = await readAttestation(ref, PREDICATE_TYPE.verdict, deps);
  if (predicate === undefined) {
    return undefined;
  }
  const parsed = VerdictSchema.safeParse(predicate);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new FactoryError('REGISTRY_INVALID', `cannot read verdict: this version cannot read ${fields}`, {
      hint: 'it was written by another version of ingot; publish the image again',
    });
  }
  return parsed.data;
}

/** Attests it in place of the one before. */
export async function writeVerdict(
  ref: DigestRef,
  verdict: RememberedVerdict,
  deps: AttachDeps,
): Promise<void> {
  const predicateType = PREDICATE_TYPE.verdict;
  const payload = statementBytes({ subject: ref.digest, predicateType, predicate: verdict }, ref.repository);
  await attachStatements(ref, { statements: [{ predicateType, payload }] }, deps);
}
