import type { SbomComponent } from './describe.ts';
import { spdxFiles, type SpdxFiles } from './spdx-files.ts';
import { licenceTexts, TOOL_NAME, type SbomSubject } from './subject.ts';
import { uuidOf } from './uuid.ts';

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';
const IMAGE_ID = 'SPDXRef-Image';

interface Relationship {
  readonly spdxElementId: string;
  readonly relationshipType: 'DESCRIBES' | 'CONTAINS' | 'DEPENDS_ON';
  readonly relatedSpdxElement: string;
}

/**
 * SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/). Licences are as declared; what is concluded from that is for
 * people. A file is its package's by `hasFiles`, which takes a fifth of the bytes of a relationship.
 */
export function toSpdx(subject: SbomSubject): object {
  const { components } = subject;
  const files = spdxFiles(subject);
  const texts = licenceTexts(subject);
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT_ID,
    name: `${subject.repository} ${subject.version} ${subject.platform}`,
    documentNamespace: `urn:uuid:${uuidOf(`${subject.manifest} spdx`)}`,
    creationInfo: {
      created: isoSeconds(subject.created),
      creators: [`Organization: ${subject.publisher}`, `Tool: ${TOOL_NAME}`],
    },
    packages: [imagePackage(subject, files), ...components.map((item) => toPackage(item, files))],
    ...(files.list.length === 0 ? {} : { files: files.list }),
    ...(texts.length === 0
      ? {}
      : {
          hasExtractedLicensingInfos: texts.map(({ ref, name, text }) => ({
            licenseId: ref,
            extractedText: text,
            name,
          })),
        }),
    relationships: relationships(subject),
  };
}

function relationships({ components, topLevel }: SbomSubject): readonly Relationship[] {
  const ids = new Map(components.map((item) => [item.ref, spdxId(item)]));
  function idOf(ref: string): string {
    return ids.get(ref) ?? 'NOASSERTION';
  }
  return [
    relate(DOCUMENT_ID, 'DESCRIBES', IMAGE_ID),
    ...components.map(({ ref }) => relate(IMAGE_ID, 'CONTAINS', idOf(ref))),
    ...topLevel.map((ref) => relate(IMAGE_ID, 'DEPENDS_ON', idOf(ref))),
    ...components.flatMap((item) =>
      item.dependsOn.map((ref) => relate(idOf(item.ref), 'DEPENDS_ON', idOf(ref))),
    ),
    // clause 11.1: it is not known what an upstream program is made of
    ...components
      .filter(({ kind }) => kind === 'application')
      .map((item) => relate(idOf(item.ref), 'DEPENDS_ON', 'NOASSERTION')),
  ];
}

function relate(from: string, type: Relationship['relationshipType'], to: string): Relationship {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

function imagePackage(subject: SbomSubject, files: SpdxFiles): object {
  return {
    SPDXID: IMAGE_ID,
    name: subject.repository,
    versionInfo: subject.version,
    primaryPackagePurpose: 'CONTAINER',
    supplier: `Organization: ${subject.publisher}`,
    downloadLocation: 'NOASSERTION',
    ...files.of(subject.ownFiles),
    checksums: [{ algorithm: 'SHA256', checksumValue: subject.manifest.slice('sha256:'.length) }],
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: 'NOASSERTION',
    copyrightText: 'NOASSERTION',
    externalRefs: [purlRef(subject.purl)],
  };
}

function toPackage(item: SbomComponent, files: SpdxFiles): object {
  const { source, cpe } = item;
  return {
    SPDXID: spdxId(item),
    name: item.name,
    versionInfo: item.version,
    primaryPackagePurpose: item.kind === 'library' ? 'LIBRARY' : 'APPLICATION',
    supplier: `Organization: ${item.supplier}`,
    downloadLocation: 'NOASSERTION',
    ...files.of(item.files),
    checksums: [{ algorithm: item.hash.algorithm.replace('-', ''), checksumValue: item.hash.hex }],
    ...(source === undefined
      ? {}
      : { sourceInfo: `built from source package ${source.name} ${source.version}` }),
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: item.licences.expression,
    copyrightText: 'NOASSERTION',
    externalRefs: [purlRef(item.purl), ...(cpe === undefined ? [] : [cpeRef(cpe)])],
  };
}

function purlRef(purl: string): object {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

function cpeRef(cpe: string): object {
  return { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: cpe };
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
