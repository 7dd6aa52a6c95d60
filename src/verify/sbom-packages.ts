import { z } from 'zod';
import { parseValue } from '../oci/index.ts';

/** A component of an SBOM, in the words both formats share. */
export interface SbomPackage {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** In hexadecimal, by the name CycloneDX has for the algorithm: `SHA-256`. */
  readonly hashes: Readonly<Record<string, string>>;
}

const CycloneDxSchema = z.object({
  metadata: z.object({
    component: z.object({ hashes: z.array(z.object({ alg: z.string(), content: z.string() })).default([]) }),
  }),
  components: z
    .array(
      z.object({
        name: z.string(),
        version: z.string().default(''),
        purl: z.string().default(''),
        hashes: z.array(z.object({ alg: z.string(), content: z.string() })).default([]),
      }),
    )
    .default([]),
});

export interface CycloneDxDocument {
  /** Digest of the image it says to be about, in hexadecimal. */
  readonly subject: string | undefined;
  readonly packages: readonly SbomPackage[];
}

export function parseCycloneDx(predicate: unknown): CycloneDxDocument {
  const { metadata, components } = parseValue(predicate, CycloneDxSchema, 'CycloneDX attestation');
  return {
    subject: metadata.component.hashes.find(({ alg }) => alg === 'SHA-256')?.content,
    packages: components
      .filter(({ purl }) => purl !== '')
      .map(({ hashes, ...rest }) => ({
        ...rest,
        hashes: Object.fromEntries(hashes.map(({ alg, content }) => [alg, content])),
      })),
  };
}

const SpdxSchema = z.object({
  packages: z.array(
    z.object({
      externalRefs: z
        .array(z.object({ referenceType: z.string(), referenceLocator: z.string() }))
        .default([]),
    }),
  ),
});

/** Package URLs of an SPDX document, without the image's own. */
export function spdxPurls(predicate: unknown): readonly string[] {
  const { packages } = parseValue(predicate, SpdxSchema, 'SPDX attestation');
  return packages
    .flatMap(({ externalRefs }) => externalRefs)
    .filter(({ referenceType }) => referenceType === 'purl')
    .map(({ referenceLocator }) => referenceLocator)
    .filter((purl) => !purl.startsWith('pkg:oci/'));
}

export function isDebian({ purl }: SbomPackage): boolean {
  return purl.startsWith('pkg:deb/');
}
