import { FactoryError, InternalError } from '../../model/index.ts';
import type { Descriptor, GatedImage, ImageRepositories, PublishedImage } from '../../model/index.ts';
import { parseIndex, parseManifest, readBlob, streamBlob } from '../../oci/index.ts';
import type { RegistryClient, RegistryPool } from '../../oci/index.ts';

export interface PublishDeps {
  readonly registry: RegistryClient;
  readonly pool: RegistryPool;
}

/**
 * Pushes the image by digest, contents before what names them, so that dying at any moment leaves nothing
 * that can be pulled, and running again pushes only what is missing. No tag is written here.
 * Every manifest is read back from the registry and compared.
 */
export async function publish(
  image: GatedImage,
  target: ImageRepositories,
  deps: PublishDeps,
): Promise<PublishedImage> {
  const { layoutDir, index, rendered } = image.tested.built;
  const content = await readContent(image);
  await pushContent(content, { layoutDir, repository: target.repository }, deps);
  for (const copy of target.copies) {
    await pushContent(content, { layoutDir, repository: copy, mountFrom: target.repository }, deps);
  }
  const { digest } = index;
  return {
    ref: { repository: target.repository, digest },
    copies: target.copies.map((repository) => ({ repository, digest })),
    buildId: rendered.buildId,
  };
}

interface ImageContent {
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
  /** Platform manifests first, the index over them last. */
  readonly manifests: readonly (Descriptor & { readonly bytes: Uint8Array })[];
}

/** What has to be pushed, read from the layout and checked against the digests that were tested. */
async function readContent(image: GatedImage): Promise<ImageContent> {
  const { layoutDir, index, platforms } = image.tested.built;
  const indexBytes = await readBlob(layoutDir, index.digest);
  const listed = parseIndex(indexBytes, `index ${index.digest}`).manifests;
  const tested = new Set(platforms.map(({ manifest }) => manifest.digest));
  if (listed.length !== tested.size || !listed.every(({ digest }) => tested.has(digest))) {
    throw new FactoryError(
      'DIGEST_MISMATCH',
      `cannot publish ${index.digest}: its index names other manifests than were tested`,
    );
  }
  const blobs = new Map<string, Descriptor>();
  const manifests: (Descriptor & { readonly bytes: Uint8Array })[] = [];
  for (const descriptor of listed) {
    const bytes = await readBlob(layoutDir, descriptor.digest);
    const manifest = parseManifest(bytes, `manifest ${descriptor.digest}`);
    for (const blob of [manifest.config, ...manifest.layers]) {
      blobs.set(blob.digest, blob);
    }
    manifests.push({ ...descriptor, bytes });
  }
  manifests.push({ ...index, bytes: indexBytes });
  return { blobs: [...blobs.values()], manifests };
}

interface PushPlace {
  readonly layoutDir: string;
  readonly repository: string;
  readonly mountFrom?: string;
}

async function pushContent(content: ImageContent, place: PushPlace, deps: PublishDeps): Promise<void> {
  await deps.pool.map(content.blobs, (blob) => pushBlob(blob, place, deps.registry));
  // In order: a registry may refuse an index whose manifests it does not have.
  for (const { digest, mediaType, bytes } of content.manifests) {
    const stored = await deps.registry.putManifest(place.repository, digest, { mediaType, bytes });
    if (stored !== digest) {
      throw new InternalError(`pushed ${digest} and got ${stored}`);
    }
  }
}

async function pushBlob(blob: Descriptor, place: PushPlace, registry: RegistryClient): Promise<void> {
  const { layoutDir, repository, mountFrom } = place;
  if (await registry.hasBlob(repository, blob.digest)) {
    return;
  }
  await registry.putBlob(repository, {
    digest: blob.digest,
    size: blob.size,
    open: () => streamBlob(layoutDir, blob.digest),
    ...(mountFrom !== undefined && { mountFrom }),
  });
}
