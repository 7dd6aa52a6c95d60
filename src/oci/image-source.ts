import { FactoryError } from '../model/index.ts';
import type { Sha256 } from '../model/index.ts';
import { readBlob, streamBlob } from './layout.ts';
import type { BlobName, ReceiveBlob, RegistryClient } from './registry-client.ts';

/** Where the content of an image is read from: a repository of a registry, or an OCI layout. */
export interface ImageSource {
  readonly kind: 'registry' | 'layout';
  /** Small ones, whole; refused if the bytes are not what the digest says. */
  readManifest(digest: Sha256): Promise<Uint8Array>;
  readBlob(blob: BlobName): Promise<Uint8Array>;
  /** Large ones; `receive` starts anew for every attempt, and checks the digest. */
  streamBlob<T>(blob: BlobName, receive: ReceiveBlob<T>): Promise<T>;
}

/** The largest configuration known has some hundred kilobytes of history. */
const MAX_CONFIG_BYTES = 16 << 20;

export function registrySource(repository: string, registry: RegistryClient): ImageSource {
  return {
    kind: 'registry',
    readManifest: async (digest) => {
      const found = await registry.getManifest(repository, digest);
      if (found === undefined) {
        throw new FactoryError('REGISTRY_INVALID', `cannot read ${repository}@${digest}: it is not there`);
      }
      return found.bytes;
    },
    readBlob: ({ digest }) => registry.getBlob(repository, digest, MAX_CONFIG_BYTES),
    streamBlob: (blob, receive) => registry.streamBlob(repository, blob, receive),
  };
}

export function layoutSource(layoutDir: string): ImageSource {
  return {
    kind: 'layout',
    readManifest: (digest) => readBlob(layoutDir, digest),
    readBlob: ({ digest }) => readBlob(layoutDir, digest),
    streamBlob: ({ digest }, receive) => receive(streamBlob(layoutDir, digest)),
  };
}
