import { z } from 'zod';
import type { DigestRef, Sha256 } from '../model/index.ts';
import { parseSha256 } from './digest.ts';
import { parseJson } from './schema.ts';

const SimpleSigningSchema = z.object({
  critical: z.object({ image: z.object({ 'docker-manifest-digest': z.string() }) }),
});

/** The text that cosign signs for an image: Red Hat's "simple signing" format, without optional claims. */
export function simpleSigningPayload(ref: DigestRef): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': ref.repository },
        image: { 'docker-manifest-digest': ref.digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
}

/** Which digest a payload is about. The repository in it is not compared, as cosign does not: mirrors keep their signatures. */
export function signedDigest(payload: Uint8Array, what: string): Sha256 {
  const { critical } = parseJson(payload, SimpleSigningSchema, what);
  return parseSha256(critical.image['docker-manifest-digest']);
}
