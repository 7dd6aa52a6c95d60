import type { DigestRef, SbomDocuments } from '../model/index.ts';
import { findImage, platformOf, PREDICATE_TYPE } from '../oci/index.ts';
import { readAttestation } from '../stages/sign/index.ts';
import type { PlanDeps } from './deps.ts';

type ReadDeps = Pick<PlanDeps, 'registry' | 'verify'>;

/** The SBOMs of a published image, each as it is attested of the manifest of its own platform. */
export async function publishedSboms(
  { repository, digest }: DigestRef,
  deps: ReadDeps,
): Promise<readonly SbomDocuments[]> {
  const { manifests } = await findImage({ kind: 'digest', repository, digest }, deps.registry);
  const sboms: SbomDocuments[] = [];
  for (const manifest of manifests) {
    const platform = platformOf(manifest);
    const ref = { repository, digest: manifest.digest };
    const cyclonedx = await readAttestation(ref, PREDICATE_TYPE.cyclonedx, deps);
    const spdx = await readAttestation(ref, PREDICATE_TYPE.spdx, deps);
    if (platform !== undefined && isDocument(cyclonedx) && isDocument(spdx)) {
      sboms.push({ platform, cyclonedx, spdx });
    }
  }
  return sboms;
}

function isDocument(predicate: unknown): predicate is object {
  return typeof predicate === 'object' && predicate !== null;
}
