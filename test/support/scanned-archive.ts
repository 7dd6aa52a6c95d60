import { gzipSync } from 'node:zlib';
import { FactoryError, isDebianArchive } from '../../src/model/index.ts';
import type { DebianArchitecture, LockedPackage } from '../../src/model/index.ts';
import type { IndexedPackage, VerifiedIndex } from '../../src/debian/index.ts';
import type { DebianArchiveDeps, ScannedArchive, ScannedSuite } from '../../src/stages/scan/index.ts';
import { openIndexes } from './archive-indexes.ts';
import { createArchive } from './archive.ts';
import type { FakePackage } from './archive.ts';

export interface ScannedWorld extends DebianArchiveDeps {
  /** `name version` of every .deb that was asked for. */
  readonly fetched: readonly string[];
}

export interface ScannedWorldOptions {
  readonly stale?: boolean;
  /** Open suites of further repositories, by name. */
  readonly repositories?: Readonly<Record<string, Awaited<ReturnType<ScannedArchive['repository']>>>>;
  /** Names of packages the mirror does not have any more. */
  readonly gone?: readonly string[];
}

/** What the archive scanner is given in a run, from a signed archive with these packages. */
export async function scannedWorld(
  packages: readonly FakePackage[],
  options: ScannedWorldOptions = {},
): Promise<ScannedWorld> {
  const archive = await createArchive({ packages });
  const opened = new Map<string, ScannedSuite & { indexes: Map<DebianArchitecture, VerifiedIndex> }>();
  for (const architecture of ['amd64', 'arm64'] as const) {
    for (const { index, archive: name, suite } of await openIndexes(archive, architecture)) {
      const known = opened.get(suite)?.indexes ?? new Map<DebianArchitecture, VerifiedIndex>();
      const indexes = known.set(architecture, index);
      const { stale = false } = options;
      const state = { release: index.release, stale, checkedAt: archive.now };
      opened.set(suite, { archive: name, suite, ...state, indexes });
    }
  }
  const scanned: ScannedArchive = {
    release: (codename) =>
      codename === 'trixie' ? Promise.resolve([...opened.values()]) : Promise.reject(noRelease(codename)),
    repository: ({ name }) => Promise.resolve(options.repositories?.[name] ?? []),
  };
  const fetched: string[] = [];
  return {
    fetched,
    archive: scanned,
    fetchPackage: (wanted) => {
      fetched.push(`${wanted.name} ${wanted.version}`);
      const bytes = isDebianArchive(wanted.archive)
        ? archive.files[wanted.archive].get(wanted.path)
        : undefined;
      return bytes === undefined || (options.gone ?? []).includes(wanted.name)
        ? Promise.reject(goneError(wanted))
        : Promise.resolve(bytes);
    },
  };
}

function noRelease(codename: string): FactoryError {
  return new FactoryError(
    'INDEX_INVALID',
    `cannot open suite "${codename}": the mirror has no InRelease of it`,
  );
}

function goneError({ name }: IndexedPackage): FactoryError {
  return new FactoryError('PACKAGE_NOT_FOUND', `cannot fetch package "${name}": the mirror does not have it`);
}

/** `changelog.Debian.gz` of a package, with one entry per version, newest first. */
export function changelogFile(
  name: string,
  entries: Readonly<Record<string, string>>,
): Readonly<Record<string, Uint8Array>> {
  const text = Object.entries(entries).map(
    ([version, change]) =>
      `${name} (${version}) trixie-security; urgency=high\n\n  * ${change}\n\n -- X <x@example.org>  Fri, 20 Nov 2026 10:00:00 +0000\n`,
  );
  return { [`/usr/share/doc/${name}/changelog.Debian.gz`]: gzipSync(text.join('\n')) };
}

/** A package as an image has it. */
export function installedPackage(name: string, version: string, source = name): LockedPackage {
  return {
    name,
    version,
    architecture: 'amd64',
    source: { name: source, version },
    archive: 'debian',
    suite: 'trixie',
    path: '',
    size: 0,
    sha256: `sha256:${'0'.repeat(64)}` as LockedPackage['sha256'],
    requestedBy: ['stack base'],
  };
}
