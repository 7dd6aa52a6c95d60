import { FactoryError } from '../model/index.ts';
import type { Descriptor, DigestRef, Sha256 } from '../model/index.ts';
import { MEDIA_TYPE } from './media-types.ts';
import { hasBlob, writeBlob } from './layout.ts';
import { referenceText, type Reference } from './reference.ts';
import type { RegistryClient } from './registry-client.ts';
import { parseIndex, parseManifest } from './schema.ts';

/** An image as a registry has it, by digest: whatever its tag pointed at when it was asked. */
export interface NamedImage {
  readonly ref: DigestRef;
  /** One for each platform; of an image without an index, the one there is. */
  readonly manifests: readonly Descriptor[];
  /** Of the index, or of the one manifest. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The largest layer we make has 300 MB. */
const MAX_LAYER_BYTES = 1 << 30;

export async function findImage(reference: Reference, registry: RegistryClient): Promise<NamedImage> {
  const { repository } = reference;
  const found = await registry.getManifest(
    repository,
    reference.kind === 'tag' ? reference.tag : reference.digest,
  );
  if (found === undefined) {
    const name = reference.kind === 'tag' ? `:${reference.tag}` : `@${reference.digest}`;
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${repository}${name}: it is not there`, {
      hint: 'see whether name and tag are right: `ingot status` lists what is published',
    });
  }
  const { digest, mediaType, bytes } = found;
  const ref = { repository, digest };
  if (mediaType === MEDIA_TYPE.index) {
    const { manifests, annotations = {} } = parseIndex(bytes, `index ${referenceText(ref)}`);
    return { ref, manifests, annotations };
  }
  const { annotations = {} } = parseManifest(bytes, `manifest ${referenceText(ref)}`);
  return { ref, manifests: [{ mediaType, digest, size: bytes.length }], annotations };
}

/** Copies one manifest with its config and layers into an OCI layout, where `readImageContent` reads it. */
export async function pullManifest(
  { repository, digest }: DigestRef,
  layoutDir: string,
  registry: RegistryClient,
): Promise<void> {
  const manifest = await registry.getManifest(repository, digest);
  if (manifest === undefined) {
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${repository}@${digest}: it is not there`);
  }
  await writeBlob(layoutDir, manifest.bytes);
  const { config, layers } = parseManifest(manifest.bytes, `manifest ${repository}@${digest}`);
  for (const blob of [config, ...layers]) {
    await pullBlob({ repository, digest: blob.digest }, layoutDir, registry);
  }
}

async function pullBlob(
  { repository, digest }: { readonly repository: string; readonly digest: Sha256 },
  layoutDir: string,
  registry: RegistryClient,
): Promise<void> {
  if (!(await hasBlob(layoutDir, digest))) {
    await writeBlob(layoutDir, await registry.getBlob(repository, digest, MAX_LAYER_BYTES));
  }
}
