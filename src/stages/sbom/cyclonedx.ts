import type { SbomComponent } from './describe.ts';
import type { SbomFile } from './image-files.ts';
import type { LicenceText } from './licences/index.ts';
import { TOOL_NAME, type SbomSubject } from './subject.ts';
import { uuidOf } from './uuid.ts';

/** CycloneDX 1.6 JSON (ECMA-424). Files are named, their digests are in the SPDX document. */
export function toCycloneDx(subject: SbomSubject): object {
  const { components, manifest, created, publisher } = subject;
  const texts = firstMentions(components);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${manifest} cyclonedx`)}`,
    version: 1,
    metadata: {
      timestamp: created.toISOString(),
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', name: TOOL_NAME }] },
      manufacturer: { name: publisher },
      component: imageComponent(subject),
    },
    components: components.map((item) => toComponent(item, texts.get(item.ref) ?? [])),
    dependencies: [
      { ref: subject.purl, dependsOn: subject.topLevel },
      ...components.map(({ ref, dependsOn }) => (dependsOn.length === 0 ? { ref } : { ref, dependsOn })),
    ],
    compositions: compositions(subject),
  };
}

function imageComponent(subject: SbomSubject): object {
  return {
    type: 'container',
    'bom-ref': subject.purl,
    supplier: { name: subject.publisher },
    name: subject.repository,
    version: subject.version,
    description: `${subject.title} (${subject.platform})`,
    hashes: [{ alg: 'SHA-256', content: subject.manifest.slice('sha256:'.length) }],
    purl: subject.purl,
    ...evidenceOf(subject.ownFiles, []),
  };
}

function toComponent(item: SbomComponent, texts: readonly LicenceText[]): object {
  const { licences, source, cpe } = item;
  return {
    type: item.kind,
    'bom-ref': item.ref,
    supplier: { name: item.supplier },
    name: item.name,
    version: item.version,
    hashes: [{ alg: item.hash.algorithm, content: item.hash.hex }],
    ...(licences.expression === 'NOASSERTION'
      ? {}
      : { licenses: [{ expression: licences.expression, acknowledgement: 'declared' }] }),
    ...(cpe === undefined ? {} : { cpe }),
    purl: item.purl,
    ...(source === undefined
      ? {}
      : { properties: [{ name: 'ingot:source-package', value: `${source.name} ${source.version}` }] }),
    ...evidenceOf(item.files, texts),
  };
}

function evidenceOf(files: readonly SbomFile[], texts: readonly LicenceText[]): object {
  const licenses = texts.map(({ ref, text }) => ({ license: { name: ref, text: { content: text } } }));
  const occurrences = files.map(({ path }) => ({ location: path }));
  return licenses.length + occurrences.length === 0
    ? {}
    : {
        evidence: {
          ...(licenses.length === 0 ? {} : { licenses }),
          ...(occurrences.length === 0 ? {} : { occurrences }),
        },
      };
}

/** An expression has no place for texts: each stands once, with the first component that names it. */
function firstMentions(components: readonly SbomComponent[]): ReadonlyMap<string, readonly LicenceText[]> {
  const seen = new Set<string>();
  return new Map(
    components.map(({ ref, licences }) => {
      const first = licences.texts.filter((text) => !seen.has(text.ref));
      first.forEach((text) => seen.add(text.ref));
      return [ref, first];
    }),
  );
}

/** NTIA's "known unknowns": every package is named, and what upstream's programs are made of is not known. */
function compositions({ purl, components }: SbomSubject): readonly object[] {
  const refs = components.map(({ ref }) => ref);
  const programs = components.filter(({ kind }) => kind === 'application').map(({ ref }) => ref);
  const known = refs.filter((ref) => !programs.includes(ref));
  return [
    { aggregate: 'complete', assemblies: [purl], dependencies: [purl, ...known] },
    ...(programs.length === 0
      ? []
      : [{ aggregate: 'unknown', assemblies: programs, dependencies: programs }]),
  ];
}
