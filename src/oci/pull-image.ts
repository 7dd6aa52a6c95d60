import { FactoryError } from '../model/index.ts';
import type { Descriptor, DigestRef } from '../model/index.ts';
import { parseAnyImage } from './any-image.ts';
import { sha256Of } from './digest.ts';
import { layoutSource, registrySource, type ImageSource } from './image-source.ts';
import { hasBlob, readLayout, receiveBlob, writeBlob } from './layout.ts';
import { MEDIA_TYPE } from './media-types.ts';
import { referenceText, type Reference } from './reference.ts';
import type { BlobName, RegistryClient } from './registry-client.ts';
import { parseManifest } from './schema.ts';

/** An image as a registry or a layout has it, by digest: whatever its tag pointed at when it was asked. */
export interface NamedImage {
  /** Of an image in a layout, `oci:FOLDER` stands for the repository. */
  readonly ref: DigestRef;
  /** One for each platform; of an image without an index, the one there is, which then names no platform. */
  readonly manifests: readonly Descriptor[];
  /** Of the index, or of the one manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly source: ImageSource;
}

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
  const ref = { repository, digest: found.digest };
  return { ref, ...platformsIn(ref, found.bytes), source: registrySource(repository, registry) };
}

/** Image spec 1.1 "Pre-Defined Annotation Keys": what an `index.json` calls an image. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** The image of an OCI layout that has this name, or the only one there. */
export async function findLayoutImage(layoutDir: string, refName?: string): Promise<NamedImage> {
  const named = (await readLayout(layoutDir)).filter(
    ({ annotations }) => refName === undefined || annotations?.[REF_NAME] === refName,
  );
  const [image, ...others] = named;
  const repository = `oci:${layoutDir}`;
  const source = layoutSource(layoutDir);
  if (image === undefined || (others.length > 0 && named.some(({ platform }) => platform === undefined))) {
    throw layoutError(layoutDir, refName, named);
  }
  if (others.length > 0) {
    const digest = sha256Of(named.map((each) => each.digest).join('\n'));
    return { ref: { repository, digest }, manifests: named, annotations: {}, source };
  }
  const ref = { repository, digest: image.digest };
  return { ref, ...platformsIn(ref, await source.readManifest(image.digest)), source };
}

function layoutError(
  layoutDir: string,
  refName: string | undefined,
  found: readonly Descriptor[],
): FactoryError {
  const names = found.flatMap(({ annotations }) => annotations?.[REF_NAME] ?? []);
  const got = found.length === 0 ? 'none' : `${String(found.length)}${names.length > 0 ? ': ' : ''}`;
  const wanted = refName === undefined ? 'one image' : `one image called "${refName}"`;
  return new FactoryError(
    'USAGE',
    `cannot choose an image of OCI layout "${layoutDir}": expected ${wanted}, got ${got}${names.join(', ')}`,
    { hint: `write its name after the folder: oci:${layoutDir}:NAME` },
  );
}

function platformsIn(ref: DigestRef, bytes: Uint8Array): Pick<NamedImage, 'manifests' | 'annotations'> {
  const image = parseAnyImage(bytes, `manifest ${referenceText(ref)}`);
  if (image.kind === 'index') {
    return { manifests: image.manifests.filter(isImage), annotations: image.annotations };
  }
  const manifest = { mediaType: MEDIA_TYPE.manifest, digest: ref.digest, size: bytes.length };
  return { manifests: [manifest], annotations: image.manifest.annotations ?? {} };
}

/** BuildKit lists its attestations in the index, as images of no platform. */
function isImage({ platform }: Descriptor): boolean {
  return platform?.os !== 'unknown';
}

/** Copies one manifest with its config and layers into an OCI layout, where `readImageContent` reads it. */
export async function pullManifest(
  { repository, digest }: DigestRef,
  layoutDir: string,
  registry: RegistryClient,
): Promise<void> {
  const source = registrySource(repository, registry);
  const bytes = await source.readManifest(digest);
  await writeBlob(layoutDir, bytes);
  const { config, layers } = parseManifest(bytes, `manifest ${repository}@${digest}`);
  for (const blob of [config, ...layers]) {
    await pullBlob(blob, layoutDir, source);
  }
}

async function pullBlob(blob: BlobName, layoutDir: string, source: ImageSource): Promise<void> {
  if (!(await hasBlob(layoutDir, blob.digest))) {
    await source.streamBlob(blob, (chunks) => receiveBlob(layoutDir, blob, chunks));
  }
}

/** The manifest of the platform that was asked for; else of this host's, else the only one. */
export function manifestFor(
  { ref, manifests }: NamedImage,
  asked: string | undefined,
  host: string,
): Descriptor {
  const [only, ...others] = manifests;
  const wanted = asked ?? host;
  const found = manifests.find((each) => isFor(each, wanted));
  const isOnly = others.length === 0 && (asked === undefined || only?.platform === undefined);
  const chosen = found ?? (isOnly ? only : undefined);
  if (chosen === undefined) {
    const known = manifests.map(platformText).join(', ');
    throw new FactoryError(
      'USAGE',
      `cannot choose a platform of ${referenceText(ref)}: expected one of ${known}, got "${wanted}"`,
      { hint: 'name one with --platform' },
    );
  }
  return chosen;
}

/** `linux/arm64` names whatever variant there is. */
function isFor(descriptor: Descriptor, wanted: string): boolean {
  const text = platformText(descriptor);
  return text === wanted || text.startsWith(`${wanted}/`);
}

function platformText({ platform }: Descriptor): string {
  return [platform?.os, platform?.architecture, platform?.variant]
    .filter((part) => part !== undefined)
    .join('/');
}
