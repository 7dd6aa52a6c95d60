import type { Descriptor, DigestRef } from '../../model/index.ts';
import { MEDIA_TYPE, attachmentTag, uploadBytes } from '../../oci/index.ts';
import type { AttachmentKind, RegistryClient } from '../../oci/index.ts';

export interface Attachments {
  readonly kind: AttachmentKind;
  readonly layers: readonly Descriptor[];
}

/** Writes one of cosign's tags beside an image. */
export async function putAttachments(
  ref: DigestRef,
  { kind, layers }: Attachments,
  registry: RegistryClient,
): Promise<void> {
  const config = Buffer.from(JSON.stringify(attachmentConfig(layers)));
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, ...(await uploadBytes(ref.repository, config, registry)) },
    layers,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await registry.putManifest(ref.repository, attachmentTag(ref.digest, kind), {
    mediaType: MEDIA_TYPE.manifest,
    bytes,
  });
}

/** The config cosign writes: an image without platform or date, whose layers are the attachments. */
function attachmentConfig(layers: readonly Descriptor[]): object {
  const created = '0001-01-01T00:00:00Z';
  return {
    architecture: '',
    created,
    history: layers.map(() => ({ created })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
}
