import type { IndexedSuite } from '../../debian/index.ts';
import {
  mapInPool,
  onceEach,
  type AptRepository,
  type CatalogEntry,
  type DebianArchitecture,
  type LockedSuite,
} from '../../model/index.ts';
import { architectureOf } from '../../oci/index.ts';
import type { ResolveDeps } from './deps.ts';
import { openIndex } from './open-index.ts';
import { openRelease, type OpenRelease } from './open-release.ts';
import { suitesIn, suitesOf, type SuiteName } from './suites.ts';

export type OpenSuite = SuiteName & OpenRelease & Pick<IndexedSuite, 'indexes'>;

/**
 * Verified indexes, and what the archive scanner compares with. Each is opened when the first image asks, once for all
 * images: one that cannot be opened concerns those that ask for it, and no other.
 */
export interface OpenArchive {
  /** Suites of a Debian release by its codename, `trixie`: release, updates, security. */
  readonly release: (codename: string) => Promise<readonly OpenSuite[]>;
  /** Those of a further repository. */
  readonly repository: (
    repository: AptRepository,
    architectures: readonly DebianArchitecture[],
  ) => Promise<readonly OpenSuite[]>;
}

/** @param architectures for which each Debian release is opened: its images share it */
export function openArchive(
  { architectures }: { readonly architectures: readonly DebianArchitecture[] },
  deps: ResolveDeps,
): OpenArchive {
  return {
    release: onceEach((codename: string) => openSuites(suitesOf(codename), architectures, deps)),
    repository: onceEach((repository: AptRepository, wanted: readonly DebianArchitecture[]) =>
      openSuites(suitesIn(repository), wanted, deps),
    ),
  };
}

async function openSuites(
  names: readonly SuiteName[],
  architectures: readonly DebianArchitecture[],
  deps: ResolveDeps,
): Promise<readonly OpenSuite[]> {
  const releases = await mapInPool(deps.network, names, async (name) => ({
    ...name,
    ...(await openRelease(name, deps)),
  }));
  const wanted = releases.flatMap((suite) => architectures.map((architecture) => ({ suite, architecture })));
  const indexes = await mapInPool(deps.network, wanted, ({ suite, architecture }) =>
    openIndex(suite, architecture, deps),
  );
  return releases.map((suite, at) => ({
    ...suite,
    indexes: new Map(
      architectures.flatMap((architecture, offset) => {
        const index = indexes[at * architectures.length + offset];
        return index === undefined ? [] : [[architecture, index] as const];
      }),
    ),
  }));
}

/** What the stacks of an image name besides Debian. */
export async function repositoriesFor(
  { platforms, stacks }: CatalogEntry,
  archive: OpenArchive,
): Promise<readonly OpenSuite[]> {
  const architectures = platforms.map(architectureOf);
  const named = new Map(
    stacks.flatMap(({ repositories = [] }) => repositories).map((each) => [each.name, each]),
  );
  const further: OpenSuite[] = [];
  for (const repository of named.values()) {
    further.push(...(await archive.repository(repository, architectures)));
  }
  return further;
}

export function toLockedSuite({ archive, suite, release }: OpenSuite): LockedSuite {
  return {
    archive,
    suite,
    inRelease: release.sha256,
    date: release.date.toISOString(),
    ...(release.validUntil === undefined ? {} : { validUntil: release.validUntil.toISOString() }),
    signedBy: release.signedBy,
  };
}

export function newestDate(suites: readonly OpenSuite[]): Date {
  return new Date(Math.max(...suites.map(({ release }) => release.date.getTime())));
}
