import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { ROOT } from './source-tree.ts';

/** The SPDX project's own JSON schema; `validate` has only what it finds wrong. */
const SCHEMA = path.join(ROOT, 'test/support/schemas/spdx-2.3.schema.json');

/** The parts of a document that refer to each other. */
export interface SpdxDocument {
  readonly packages: readonly SpdxPackage[];
  readonly files?: readonly {
    readonly SPDXID: string;
    readonly fileName: string;
    readonly checksums: readonly { readonly algorithm: string; readonly checksumValue: string }[];
  }[];
  readonly hasExtractedLicensingInfos?: readonly {
    readonly licenseId: string;
    readonly extractedText: string;
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
}

export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo?: string;
  readonly supplier?: string;
  readonly licenseDeclared: string;
  readonly filesAnalyzed: boolean;
  readonly packageVerificationCode?: { readonly packageVerificationCodeValue: string };
  readonly hasFiles?: readonly string[];
  readonly externalRefs: readonly {
    readonly referenceCategory: string;
    readonly referenceType: string;
    readonly referenceLocator: string;
  }[];
}

/** What the official SPDX 2.3 schema has against a document, and what a schema cannot say: references that lead nowhere. */
export function spdxProblems(document: object): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } });
  ajv.validate(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object, document);
  const problems = (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ''}`);
  return problems.length > 0 ? problems : referenceProblems(document as SpdxDocument);
}

function referenceProblems(document: SpdxDocument): readonly string[] {
  const { packages, files = [], relationships, hasExtractedLicensingInfos = [] } = document;
  const ids = [...packages, ...files].map(({ SPDXID }) => SPDXID);
  const known = new Set([...ids, 'SPDXRef-DOCUMENT', 'NOASSERTION']);
  const texts = new Set(hasExtractedLicensingInfos.map(({ licenseId }) => licenseId));
  const named = packages.flatMap(({ licenseDeclared }) => licenseDeclared.match(/LicenseRef-[\w.-]+/g) ?? []);
  const related = relationships.flatMap((each) => [each.spdxElementId, each.relatedSpdxElement]);
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is not unique`),
    ...[...related, ...packages.flatMap(({ hasFiles = [] }) => hasFiles)]
      .filter((id) => !known.has(id))
      .map((id) => `${id} is unknown`),
    ...named.filter((ref) => !texts.has(ref)).map((ref) => `${ref} has no text`),
    ...[...texts].filter((ref) => !named.includes(ref)).map((ref) => `${ref} is used nowhere`),
  ];
}
