import { z } from 'zod';
import type { DigestRef, PackageLicence } from '../model/index.ts';
import type { ReadDeps } from '../oci/index.ts';
import { distinctLicences } from '../stages/gate/index.ts';
import { publishedSboms } from './published-sboms.ts';

const NOT_KNOWN = 'NOASSERTION';

/** SPDX 2.3, clauses 7.1, 7.15 and 7.24, as far as they are of interest here. */
const SpdxPackages = z.object({
  packages: z.array(
    z.object({
      name: z.string(),
      licenseDeclared: z.string().default(NOT_KNOWN),
      primaryPackagePurpose: z.string().optional(),
    }),
  ),
});

/** The image describes itself as well. */
const IMAGE_PURPOSE = 'CONTAINER';

/**
 * What the attested SBOMs of a release say of licences, over all its platforms.
 *
 * @returns undefined where there is no SBOM, or one that says nothing of any licence, as older ones did
 */
export async function publishedLicences(
  ref: DigestRef,
  deps: ReadDeps,
): Promise<readonly PackageLicence[] | undefined> {
  const sboms = (await publishedSboms(ref, deps)).map(({ spdx }) => licencesIn(spdx));
  const isSilent = sboms.some((licences) => licences.every(({ expression }) => expression === NOT_KNOWN));
  return sboms.length === 0 || isSilent ? undefined : distinctLicences(sboms.flat());
}

function licencesIn(document: unknown): readonly PackageLicence[] {
  const parsed = SpdxPackages.safeParse(document);
  return (parsed.data?.packages ?? [])
    .filter(({ primaryPackagePurpose }) => primaryPackagePurpose !== IMAGE_PURPOSE)
    .map(({ name, licenseDeclared }) => ({ package: name, expression: licenseDeclared }));
}
