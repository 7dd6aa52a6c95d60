import { z } from 'zod';
import { isSha256 } from '../../oci/index.ts';
import { INTEGRITY } from './content-digest.ts';

const Text = z.string().min(1);
const DigestSchema = z.string().refine(isSha256, 'expected sha256: and 64 lower-case hex digits');
const Fingerprint = z.string().regex(/^[0-9A-F]{40}$/, 'expected the fingerprint of a key, 40 hex digits');

const common = {
  name: Text,
  version: Text,
  integrity: z.string().regex(INTEGRITY, 'expected sha256- or sha512- and the digest in base64'),
  published: z.iso.datetime(),
};

/** A locked upstream release, as `lock-text.ts` writes it. */
export const ArtifactSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('npm'),
    ...common,
    package: Text,
    witness: z.strictObject({ by: z.literal('nodejs'), file: Text, sha256: DigestSchema }).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('go'),
    ...common,
    module: Text,
    sum: z.string().regex(/^h1:[A-Za-z0-9+/]{43}=$/, 'expected h1: and 32 bytes in base64'),
  }),
  z.strictObject({ kind: z.literal('nodejs'), ...common, path: Text, signedBy: Fingerprint }),
  z.strictObject({
    kind: z.literal('https'),
    ...common,
    url: z.url({ protocol: /^https$/ }),
    signedBy: Fingerprint.exactOptional(),
  }),
]);
