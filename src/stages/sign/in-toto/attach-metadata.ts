import type { Descriptor, DigestRef, Tag } from '../../../model/index.ts';
import {
  IN_TOTO_ARTIFACT_TYPE,
  MAX_ATTACHMENT_BYTES,
  MEDIA_TYPE,
  hexOf,
  parseManifest,
  parseTag,
  uploadBytes,
} from '../../../oci/index.ts';
import type { RegistryClient } from '../../../oci/index.ts';
import type { MetadataFile } from './metadata.ts';

/** The empty JSON object, OCI image spec 1.1 "Guidance for an Empty Descriptor". */
const EMPTY = Buffer.from('{}');

/** Gives a layer its file name: OCI image spec 1.1 "Pre-Defined Annotation Keys", as oras uses it. */
const TITLE = 'org.opencontainers.image.title';

/**
 * Puts the files beside the image under the tag `sha256-<digest>.intoto`, found as cosign's are: `oras pull` of it gives
 * a folder that an in-toto verifier takes. Those of an earlier run are replaced.
 */
export async function attachMetadata(
  { repository, digest }: DigestRef,
  files: readonly MetadataFile[],
  registry: RegistryClient,
): Promise<void> {
  const layers: Descriptor[] = [];
  for (const { name, text } of files) {
    layers.push({
      ...(await uploadBytes(repository, Buffer.from(text), registry)),
      mediaType: MEDIA_TYPE.inToto,
      annotations: { [TITLE]: name },
    });
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: IN_TOTO_ARTIFACT_TYPE,
    config: { mediaType: MEDIA_TYPE.empty, ...(await uploadBytes(repository, EMPTY, registry)) },
    layers,
  };
  await registry.putManifest(repository, metadataTag(digest), {
    mediaType: MEDIA_TYPE.manifest,
    bytes: Buffer.from(JSON.stringify(manifest)),
  });
}

/** What is attached; nothing of it is verified. Undefined where there is none. */
export async function readMetadata(
  { repository, digest }: DigestRef,
  registry: RegistryClient,
): Promise<readonly MetadataFile[] | undefined> {
  const tag = metadataTag(digest);
  const found = await registry.getManifest(repository, tag);
  if (found === undefined) {
    return undefined;
  }
  const files: MetadataFile[] = [];
  for (const layer of parseManifest(found.bytes, `tag "${tag}" of ${repository}`).layers) {
    const bytes = await registry.getBlob(repository, layer.digest, MAX_ATTACHMENT_BYTES);
    files.push({ name: layer.annotations?.[TITLE] ?? '', text: Buffer.from(bytes).toString('utf8') });
  }
  return files;
}

function metadataTag(digest: DigestRef['digest']): Tag {
  return parseTag(`sha256-${hexOf(digest)}.intoto`);
}
