import type { Descriptor, DigestRef, Tag } from '../model/index.ts';
import { hexOf } from './digest.ts';
import type { VerifySignature } from './dsse.ts';
import { MEDIA_TYPE } from './media-types.ts';
import { referenceText } from './reference.ts';
import type { RegistryClient } from './registry-client.ts';
import { parseManifest } from './schema.ts';
import { signedDigest } from './simple-signing.ts';
import { parseTag } from './tag.ts';

/** cosign's tags beside an image (cosign specs, SIGNATURE_SPEC "Storage"): `.sig` for signatures, `.att` for attestations. */
export type AttachmentKind = 'sig' | 'att';

/** Annotations of the layers of such a manifest. */
export const ATTACHMENT_ANNOTATION = {
  signature: 'dev.cosignproject.cosign/signature',
  predicateType: 'predicateType',
} as const;

/** An SBOM of a large image is 5 MB. */
export const MAX_ATTACHMENT_BYTES = 64 * 1024 * 1024;

export interface ReadDeps {
  readonly registry: RegistryClient;
  readonly verify: VerifySignature;
}

export function attachmentTag(digest: DigestRef['digest'], kind: AttachmentKind): Tag {
  return parseTag(`sha256-${hexOf(digest)}.${kind}`);
}

/** What is attached to an image, as the registry lists it: nothing of it is verified yet. */
export async function listAttached(
  ref: DigestRef,
  kind: AttachmentKind,
  registry: RegistryClient,
): Promise<readonly Descriptor[]> {
  const tag = attachmentTag(ref.digest, kind);
  const found = await registry.getManifest(ref.repository, tag);
  return found === undefined ? [] : parseManifest(found.bytes, `tag "${tag}" of ${ref.repository}`).layers;
}

/** Whether our key signed exactly this digest. Signatures of other keys beside ours do no harm. */
export async function isSigned(ref: DigestRef, deps: ReadDeps): Promise<boolean> {
  return (await findSignature(ref, deps)) !== undefined;
}

/** Our key's signature of exactly this digest. */
export async function findSignature(
  ref: DigestRef,
  { registry, verify }: ReadDeps,
): Promise<Uint8Array | undefined> {
  for (const layer of await listAttached(ref, 'sig', registry)) {
    const signature = Buffer.from(layer.annotations?.[ATTACHMENT_ANNOTATION.signature] ?? '', 'base64');
    if (layer.mediaType !== MEDIA_TYPE.simpleSigning || layer.size > MAX_ATTACHMENT_BYTES) {
      continue;
    }
    const payload = await registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
    if (
      verify(payload, signature) &&
      signedDigest(payload, `signature of ${referenceText(ref)}`) === ref.digest
    ) {
      return signature;
    }
  }
  return undefined;
}
