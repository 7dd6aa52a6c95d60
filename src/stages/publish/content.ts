import { InternalError } from '../../model/index.ts';
import type { Descriptor, Sha256 } from '../../model/index.ts';
import { parseIndex, parseManifest } from '../../oci/index.ts';
import type { RegistryClient, RegistryPool } from '../../oci/index.ts';

export interface PublishDeps {
  readonly registry: RegistryClient;
  readonly pool: RegistryPool;
}

/** Where an image is that is to be pushed. */
export interface ContentSource {
  /** Checked against the digest. */
  readManifest(digest: Sha256): Promise<Uint8Array>;
  /** What it returns is called for every attempt and every repository; the receiver checks the digest. */
  blobReader(blob: Descriptor): () => AsyncIterable<Uint8Array>;
}

export interface ImageContent {
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
  /** Platform manifests first, the index over them last. */
  readonly manifests: readonly (Descriptor & { readonly bytes: Uint8Array })[];
}

export async function readContent(
  index: Pick<Descriptor, 'digest' | 'mediaType'>,
  source: ContentSource,
): Promise<ImageContent> {
  const indexBytes = await source.readManifest(index.digest);
  const blobs = new Map<string, Descriptor>();
  const manifests: (Descriptor & { readonly bytes: Uint8Array })[] = [];
  for (const descriptor of parseIndex(indexBytes, `index ${index.digest}`).manifests) {
    const bytes = await source.readManifest(descriptor.digest);
    const manifest = parseManifest(bytes, `manifest ${descriptor.digest}`);
    for (const blob of [manifest.config, ...manifest.layers]) {
      blobs.set(blob.digest, blob);
    }
    manifests.push({ ...descriptor, bytes });
  }
  manifests.push({ ...index, size: indexBytes.length, bytes: indexBytes });
  return { blobs: [...blobs.values()], manifests };
}

export interface PushPlaces {
  readonly source: ContentSource;
  readonly repositories: readonly string[];
  /** Repository of the same registry that has the blobs already. */
  readonly mountFrom?: string;
}

/**
 * Pushes by digest, contents before what names them, so that dying at any moment leaves nothing that can be pulled, and
 * running again pushes only what is missing. Every manifest is read back from the registry and compared.
 */
export async function pushContent(
  content: ImageContent,
  places: PushPlaces,
  { registry, pool }: PublishDeps,
): Promise<void> {
  // blob by blob: one that cannot be mounted is read once for all of them
  await pool.map(content.blobs, (blob) => pushBlob(blob, places, registry));
  for (const repository of places.repositories) {
    await pushManifests(content, repository, registry);
  }
}

/** In order: a registry may refuse an index whose manifests it does not have. */
async function pushManifests(
  { manifests }: ImageContent,
  repository: string,
  registry: RegistryClient,
): Promise<void> {
  for (const { digest, mediaType, bytes } of manifests) {
    const isThere = (await registry.getManifest(repository, digest)) !== undefined;
    const stored = isThere ? digest : await registry.putManifest(repository, digest, { mediaType, bytes });
    if (stored !== digest) {
      throw new InternalError(`pushed ${digest} and got ${stored}`);
    }
  }
}

async function pushBlob(
  blob: Descriptor,
  { source, repositories, mountFrom }: PushPlaces,
  registry: RegistryClient,
): Promise<void> {
  const open = source.blobReader(blob);
  for (const repository of repositories) {
    await pushBlobTo(repository, { blob, open, mountFrom }, registry);
  }
}

interface PushedBlob {
  readonly blob: Descriptor;
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly mountFrom: string | undefined;
}

async function pushBlobTo(
  repository: string,
  { blob, open, mountFrom }: PushedBlob,
  registry: RegistryClient,
): Promise<void> {
  if (await registry.hasBlob(repository, blob.digest)) {
    return;
  }
  await registry.putBlob(repository, {
    digest: blob.digest,
    size: blob.size,
    open,
    ...(mountFrom !== undefined && { mountFrom }),
  });
}
