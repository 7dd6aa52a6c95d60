import type { Sha256 } from '../model/index.ts';
import type { RegistryClient } from './registry-client.ts';

/** Content on this machine, by what names it in every registry. */
export interface KeptContent {
  /** Hashed again just now. */
  find(digest: Sha256): Promise<Uint8Array | undefined>;
  keep(digest: Sha256, bytes: Uint8Array): Promise<void>;
}

/** Signatures, records and attestations are smaller; an SBOM is not read every night. */
const MOST_BYTES = 1024 * 1024;

/** What a digest names never changes: what has been read once is not asked for again. Writing goes through. */
export function keepBlobs(registry: RegistryClient, kept: KeptContent): RegistryClient {
  return {
    ...registry,
    getBlob: async (repository, digest, maxBytes) => {
      const found = await kept.find(digest);
      if (found !== undefined && found.byteLength <= maxBytes) {
        return found;
      }
      const bytes = await registry.getBlob(repository, digest, maxBytes);
      if (bytes.byteLength <= MOST_BYTES) {
        await kept.keep(digest, bytes);
      }
      return bytes;
    },
  };
}
