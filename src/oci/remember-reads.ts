import { onceEach, type Sha256, type Tag } from '../model/index.ts';
import type { RegistryClient } from './registry-client.ts';

/**
 * One look at an image, for several who ask about it: they judge the same, and the registry is asked once. Writing goes
 * through and is not noticed here, so it is for who only reads.
 */
export function rememberReads(registry: RegistryClient): RegistryClient {
  return {
    ...registry,
    getManifest: onceEach((repository: string, reference: Sha256 | Tag) =>
      registry.getManifest(repository, reference),
    ),
    getBlob: onceEach((repository: string, digest: Sha256, maxBytes: number) =>
      registry.getBlob(repository, digest, maxBytes),
    ),
    getReferrers: onceEach((repository: string, subject: Sha256) =>
      registry.getReferrers(repository, subject),
    ),
  };
}
