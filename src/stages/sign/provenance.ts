import type { CatalogEntry, GatedImage } from '../../model/index.ts';
import { hexOf, sha256Of } from '../../oci/index.ts';
import { resolvedDependencies } from './dependencies.ts';
import type { BuildEvidence, RunEvidence } from './evidence.ts';

/** SLSA provenance v1.0 "buildType"; docs/attestations.md says what each field is in it. */
export const BUILD_TYPE = 'urn:ingot:build:image:v1';

/** SLSA provenance v1.0: who made the image, from what, and how to make it again. */
export function provenancePredicate(image: GatedImage, run: RunEvidence, build: BuildEvidence): object {
  const { rendered } = image.tested.built;
  const { inputs, buildId, locked, dockerfile } = rendered;
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        catalogEntry: externalEntry(locked.entry),
        platforms: inputs.platforms,
        compression: inputs.compression,
        locked: build.isLocked,
      },
      internalParameters: { buildId, sourceDateEpoch: inputs.sourceDateEpoch },
      resolvedDependencies: resolvedDependencies(image, build),
    },
    runDetails: {
      builder: {
        id: run.builderId,
        version: { ingot: run.ingot, ...build.builderVersions },
      },
      metadata: { invocationId: run.id, startedOn: build.startedOn, finishedOn: build.finishedOn },
      byproducts: [
        {
          name: 'Dockerfile',
          digest: { sha256: hexOf(sha256Of(dockerfile)) },
          mediaType: 'text/x-dockerfile',
          content: Buffer.from(dockerfile).toString('base64'),
        },
      ],
    },
  };
}

/** The entry as the catalog has it, without the folder that the catalog is in on this machine. */
function externalEntry({ stacks, ...entry }: CatalogEntry): object {
  return { ...entry, stacks: stacks.map(({ root: _, ...stack }) => stack) };
}
