import { z } from 'zod';
import type { DigestRef } from '../../model/index.ts';
import {
  MAX_ATTACHMENT_BYTES,
  listAttached,
  openEnvelope,
  parseJson,
  predicateAbout,
  referenceText,
} from '../../oci/index.ts';
import type { ReadDeps, Statement } from '../../oci/index.ts';

const TypeSchema = z.object({ predicateType: z.string() });

/** What is attested about an image by a key in force. Attestations of others are left to them. */
export async function publishedStatements(ref: DigestRef, deps: ReadDeps): Promise<readonly Statement[]> {
  const what = `attestation of ${referenceText(ref)}`;
  const statements: Statement[] = [];
  for (const { digest } of await listAttached(ref, 'att', deps.registry)) {
    const envelope = await deps.registry.getBlob(ref.repository, digest, MAX_ATTACHMENT_BYTES);
    const payload = openIfOurs(envelope, deps, what);
    if (payload !== undefined) {
      const { predicateType } = parseJson(payload, TypeSchema, what);
      const predicate = predicateAbout(payload, { ref, predicateType });
      statements.push({ subject: ref.digest, predicateType, predicate });
    }
  }
  return statements;
}

function openIfOurs(envelope: Uint8Array, { verify }: ReadDeps, what: string): Uint8Array | undefined {
  try {
    return openEnvelope(envelope, verify, what);
  } catch {
    return undefined;
  }
}
