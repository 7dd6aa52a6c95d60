import type { Descriptor } from '../model/index.ts';
import { sha256Of } from './digest.ts';
import type { RegistryClient } from './registry-client.ts';

/** Uploads something small that is in memory, unless it is there already; returns what names it. */
export async function uploadBytes(
  repository: string,
  bytes: Uint8Array,
  registry: RegistryClient,
): Promise<Pick<Descriptor, 'digest' | 'size'>> {
  const digest = sha256Of(bytes);
  if (!(await registry.hasBlob(repository, digest))) {
    await registry.putBlob(repository, { digest, size: bytes.length, open: () => [bytes] });
  }
  return { digest, size: bytes.length };
}
