import type { SbomComponent } from './components.ts';
import { TOOL_NAME } from './subject.ts';
import type { SbomSubject } from './subject.ts';
import { uuidOf } from './uuid.ts';

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';
const IMAGE_ID = 'SPDXRef-Image';

interface Relationship {
  readonly spdxElementId: string;
  readonly relationshipType: 'DESCRIBES' | 'CONTAINS' | 'DEPENDS_ON';
  readonly relatedSpdxElement: string;
}

/** SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/). Licences are not concluded: that is for people. */
export function toSpdx(subject: SbomSubject): object {
  const { components, topLevel } = subject.graph;
  const ids = new Map(components.map((item) => [item.ref, spdxId(item)]));
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT_ID,
    name: `${subject.repository} ${subject.version} ${subject.platform}`,
    documentNamespace: `urn:uuid:${uuidOf(`${subject.manifest} spdx`)}`,
    creationInfo: { created: isoSeconds(subject.created), creators: [`Tool: ${TOOL_NAME}`] },
    packages: [imagePackage(subject), ...components.map((item) => toPackage(item, ids))],
    relationships: [
      relate(DOCUMENT_ID, 'DESCRIBES', IMAGE_ID),
      ...components.map((item) => relate(IMAGE_ID, 'CONTAINS', idOf(item.ref, ids))),
      ...topLevel.map((ref) => relate(IMAGE_ID, 'DEPENDS_ON', idOf(ref, ids))),
      ...components.flatMap((item) =>
        item.dependsOn.map((ref) => relate(idOf(item.ref, ids), 'DEPENDS_ON', idOf(ref, ids))),
      ),
    ],
  };
}

function relate(from: string, type: Relationship['relationshipType'], to: string): Relationship {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

function imagePackage(subject: SbomSubject): object {
  return {
    ...commonFields({ id: IMAGE_ID, name: subject.repository, version: subject.version, purl: subject.purl }),
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: subject.manifest.slice('sha256:'.length) }],
  };
}

function toPackage(item: SbomComponent, ids: ReadonlyMap<string, string>): object {
  return {
    ...commonFields({ id: idOf(item.ref, ids), name: item.name, version: item.version, purl: item.purl }),
    primaryPackagePurpose: item.kind === 'library' ? 'LIBRARY' : 'APPLICATION',
    supplier: `Organization: ${item.supplier}`,
    checksums: [{ algorithm: item.hash.algorithm.replace('-', ''), checksumValue: item.hash.hex }],
    ...(item.source === undefined ? {} : { sourceInfo: `built from source package ${item.source}` }),
  };
}

function commonFields(item: { id: string; name: string; version: string; purl: string }): object {
  return {
    SPDXID: item.id,
    name: item.name,
    versionInfo: item.version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: item.purl },
    ],
  };
}

function idOf(ref: string, ids: ReadonlyMap<string, string>): string {
  return ids.get(ref) ?? 'NOASSERTION';
}

/** SPDX 2.3 clause 7.2: letters, digits, `.` and `-`. Package names have no capitals, so the escape is unique. */
function spdxId({ kind, name }: SbomComponent): string {
  const escaped = name.replaceAll(
    /[^A-Za-z0-9.-]/g,
    (character) => `-X${character.charCodeAt(0).toString(16)}`,
  );
  return `SPDXRef-${kind === 'library' ? 'deb' : 'artifact'}-${escaped}`;
}

/** SPDX 2.3 clause 6.9: no fractions of a second. */
function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
