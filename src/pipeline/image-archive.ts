import { type Pack, pack } from 'tar-stream';
import {
  FactoryError,
  type CatalogEntry,
  type Descriptor,
  type Platform,
  type ReleaseRecord,
} from '../model/index.ts';
import { parseManifest, parseRepository } from '../oci/index.ts';
import type { RegistryClient, VerifySignature } from '../oci/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import { MAX_BLOB_BYTES, releasedManifest } from './released-manifest.ts';

/** A published image as `docker load` takes it. */
export interface ImageArchive {
  /** `golden/python:3.13` */
  readonly name: string;
  readonly tar: Pack;
}

export interface ArchiveDeps {
  /** Registry and prefix of the golden repositories, `127.0.0.1:5000/golden`. */
  readonly goldenPrefix: string;
  readonly registry: RegistryClient;
  readonly verify: VerifySignature;
}

/**
 * The released image of one platform, read from the registry by the digest of its signed release record, in
 * the archive format of `docker save`: engines that know OCI layouts and those that do not both read it.
 */
export async function imageArchive(
  entry: CatalogEntry,
  platform: Platform,
  deps: ArchiveDeps,
): Promise<ImageArchive> {
  const repository = `${deps.goldenPrefix}/${entry.repository}`;
  const record = await readRelease({ repository, track: entry.track }, deps);
  if (record === undefined) {
    throw new FactoryError('USAGE', `cannot load "${entry.id}": it has no release yet`, {
      hint: 'run `ingot nightly` first',
    });
  }
  const manifest = await platformManifest(record, repository, { platform, registry: deps.registry });
  const name = `${parseRepository(repository).name}:${entry.track}`;
  const tar = pack();
  void writeArchive(tar, manifest, { name, repository, registry: deps.registry }).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return { name, tar };
}

type PlatformManifest = ReturnType<typeof parseManifest>;

async function platformManifest(
  record: ReleaseRecord,
  repository: string,
  { platform, registry }: { readonly platform: Platform; readonly registry: RegistryClient },
): Promise<PlatformManifest> {
  const found = await releasedManifest(record, repository, { platform, registry });
  if (found === undefined) {
    throw new FactoryError('USAGE', `cannot load ${repository}@${record.digest}: it has no ${platform}`);
  }
  return parseManifest(found.bytes, `manifest of ${platform}`);
}

interface ArchiveSource {
  readonly name: string;
  readonly repository: string;
  readonly registry: RegistryClient;
}

/** https://github.com/moby/docker-image-spec, "Combined Image JSON + Filesystem Changeset Format". */
async function writeArchive(tar: Pack, manifest: PlatformManifest, source: ArchiveSource): Promise<void> {
  for (const blob of [manifest.config, ...manifest.layers]) {
    const bytes = await source.registry.getBlob(source.repository, blob.digest, MAX_BLOB_BYTES);
    await addFile(tar, blobName(blob), bytes);
  }
  const listing = [
    { Config: blobName(manifest.config), RepoTags: [source.name], Layers: manifest.layers.map(blobName) },
  ];
  await addFile(tar, 'manifest.json', Buffer.from(JSON.stringify(listing)));
  tar.finalize();
}

function blobName({ digest }: Pick<Descriptor, 'digest'>): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function addFile(tar: Pack, name: string, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry({ name }, Buffer.from(bytes), (error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}
