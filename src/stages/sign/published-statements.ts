import { z } from 'zod';
import type { DigestRef } from '../../model/index.ts';
import {
  MAX_ATTACHMENT_BYTES,
  findBundles,
  listAttached,
  openEnvelope,
  parseJson,
  predicateAbout,
  referenceText,
  sha256Of,
  subjectsIn,
} from '../../oci/index.ts';
import type { ReadDeps, Statement } from '../../oci/index.ts';

const TypeSchema = z.object({ predicateType: z.string() });

/** What is attested about an image by a key in force, in either form. Attestations of others are left to them. */
export async function publishedStatements(ref: DigestRef, deps: ReadDeps): Promise<readonly Statement[]> {
  const what = `attestation of ${referenceText(ref)}`;
  const statements = new Map<string, Statement>();
  for (const envelope of await envelopesOf(ref, deps)) {
    const payload = openIfOurs(envelope, deps, what);
    if (payload !== undefined) {
      const { predicateType } = parseJson(payload, TypeSchema, what);
      const predicate = predicateAbout(payload, { ref, predicateType });
      // the same statement may stand in both forms
      statements.set(sha256Of(payload), { ...subjectsIn(payload, what), predicateType, predicate });
    }
  }
  return [...statements.values()];
}

async function envelopesOf(ref: DigestRef, { registry }: ReadDeps): Promise<readonly Uint8Array[]> {
  const { bundles } = await findBundles(ref, () => true, registry);
  const envelopes = bundles.map(({ envelope }) => envelope);
  for (const { digest } of await listAttached(ref, 'att', registry)) {
    envelopes.push(await registry.getBlob(ref.repository, digest, MAX_ATTACHMENT_BYTES));
  }
  return envelopes;
}

function openIfOurs(envelope: Uint8Array, { verify }: ReadDeps, what: string): Uint8Array | undefined {
  try {
    return openEnvelope(envelope, verify, what);
  } catch {
    return undefined;
  }
}
