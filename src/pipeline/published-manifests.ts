import { FactoryError } from '../model/index.ts';
import type { Descriptor, DigestRef } from '../model/index.ts';
import { parseIndex, referenceText } from '../oci/index.ts';
import type { RegistryClient } from '../oci/index.ts';

/** What a published index names. */
export async function publishedManifests(
  ref: DigestRef,
  registry: RegistryClient,
): Promise<readonly Descriptor[]> {
  const index = await registry.getManifest(ref.repository, ref.digest);
  if (index === undefined) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot read ${referenceText(ref)}: it is not in the registry`,
    );
  }
  return parseIndex(index.bytes, referenceText(ref)).manifests;
}
