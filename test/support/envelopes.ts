import type { DigestRef, Sha256 } from '../../src/model/index.ts';
import { ATTACHMENT_ANNOTATION, listAttached, PREDICATE_TYPE } from '../../src/oci/index.ts';
import type { RegistryClient } from '../../src/oci/index.ts';

const SBOM_TYPES: readonly string[] = [PREDICATE_TYPE.cyclonedx, PREDICATE_TYPE.spdx];

/** Digests of the envelopes with SBOMs that stand beside an image in the classic form; sorted. */
export async function sbomEnvelopes(ref: DigestRef, registry: RegistryClient): Promise<readonly Sha256[]> {
  const layers = await listAttached(ref, 'att', registry);
  return layers
    .filter(({ annotations }) =>
      SBOM_TYPES.includes(annotations?.[ATTACHMENT_ANNOTATION.predicateType] ?? ''),
    )
    .map(({ digest }) => digest)
    .toSorted();
}
