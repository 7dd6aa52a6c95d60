import type { Platform, ReleaseRecord } from '../model/index.ts';
import { parseIndex, platformOf, type FoundManifest, type RegistryClient } from '../oci/index.ts';

/** Of a blob of a release: the largest layer we make has 300 MB. */
export const MAX_BLOB_BYTES = 1 << 30;

/** The manifest of a release for one platform, by digest from its signed record; undefined where it has none. */
export async function releasedManifest(
  record: ReleaseRecord,
  repository: string,
  { platform, registry }: { readonly platform: Platform; readonly registry: RegistryClient },
): Promise<FoundManifest | undefined> {
  const index = await registry.getManifest(repository, record.digest);
  const listed = index === undefined ? [] : parseIndex(index.bytes, `index ${record.digest}`).manifests;
  const descriptor = listed.find((each) => platformOf(each) === platform);
  return descriptor === undefined ? undefined : registry.getManifest(repository, descriptor.digest);
}
