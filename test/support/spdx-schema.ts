import { z } from 'zod';

/** What SPDX 2.3 demands of the JSON we write (clauses 6, 7 and 11), as strict as the specification is. */
const SpdxId = z.string().regex(/^SPDXRef-[A-Za-z0-9.-]+$/);

const SpdxPackage = z.strictObject({
  SPDXID: SpdxId,
  name: z.string().min(1),
  versionInfo: z.string(),
  downloadLocation: z.literal('NOASSERTION'),
  filesAnalyzed: z.literal(false),
  licenseConcluded: z.string(),
  licenseDeclared: z.string(),
  copyrightText: z.string(),
  primaryPackagePurpose: z.enum(['CONTAINER', 'LIBRARY', 'APPLICATION']),
  supplier: z
    .string()
    .regex(/^(Organization|Person): .+$|^NOASSERTION$/)
    .optional(),
  sourceInfo: z.string().optional(),
  checksums: z.array(
    z.discriminatedUnion('algorithm', [
      z.strictObject({ algorithm: z.literal('SHA256'), checksumValue: z.string().regex(/^[0-9a-f]{64}$/) }),
      z.strictObject({ algorithm: z.literal('SHA512'), checksumValue: z.string().regex(/^[0-9a-f]{128}$/) }),
    ]),
  ),
  externalRefs: z.array(
    z.strictObject({
      referenceCategory: z.literal('PACKAGE-MANAGER'),
      referenceType: z.literal('purl'),
      referenceLocator: z.string().regex(/^pkg:/),
    }),
  ),
});

const SpdxRelationship = z.strictObject({
  spdxElementId: SpdxId,
  relationshipType: z.enum(['DESCRIBES', 'CONTAINS', 'DEPENDS_ON']),
  relatedSpdxElement: SpdxId,
});

export const SpdxDocument = z
  .strictObject({
    spdxVersion: z.literal('SPDX-2.3'),
    dataLicense: z.literal('CC0-1.0'),
    SPDXID: z.literal('SPDXRef-DOCUMENT'),
    name: z.string().min(1),
    documentNamespace: z.string().regex(/^[a-z]+:[^#]+$/),
    creationInfo: z.strictObject({
      created: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
      creators: z.array(z.string().regex(/^(Tool|Organization|Person): .+$/)).min(1),
    }),
    packages: z.array(SpdxPackage),
    relationships: z.array(SpdxRelationship),
  })
  .superRefine(({ packages, relationships }, context) => {
    const ids = packages.map(({ SPDXID }) => SPDXID);
    if (new Set(ids).size !== ids.length) {
      context.addIssue({ code: 'custom', message: 'an SPDXID is not unique' });
    }
    const known = new Set([...ids, 'SPDXRef-DOCUMENT']);
    for (const { spdxElementId, relatedSpdxElement } of relationships) {
      if (!known.has(spdxElementId) || !known.has(relatedSpdxElement)) {
        context.addIssue({ code: 'custom', message: `${spdxElementId} or ${relatedSpdxElement} is unknown` });
      }
    }
  });
