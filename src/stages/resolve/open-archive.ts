import type { SuiteIndex, VerifiedIndex } from '../../debian/index.ts';
import {
  mapInPool,
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

export interface OpenSuite extends SuiteName, OpenRelease {
  readonly indexes: ReadonlyMap<DebianArchitecture, VerifiedIndex>;
}

/** Verified indexes of all suites of a run; shared by all images, and what the archive scanner compares with. */
export interface OpenArchive {
  /** By codename in the order asked for, each as release, updates, security. */
  readonly suites: readonly OpenSuite[];
  /** At least one suite comes from the cache because its mirror did not answer. */
  readonly stale: boolean;
  /** When the mirror was last heard of, for the suite where that is longest ago. */
  readonly checkedAt: Date;
  /** Opens a further repository when the first image asks: one that is down concerns its images alone. */
  readonly repository: (
    repository: AptRepository,
    request: { readonly codename: string; readonly architectures: readonly DebianArchitecture[] },
  ) => Promise<readonly OpenSuite[]>;
}

export interface ArchiveRequest {
  /** Codenames of Debian releases, `trixie`: updates and security belong to them. */
  readonly suites: readonly string[];
  readonly architectures: readonly DebianArchitecture[];
}

export async function openArchive(request: ArchiveRequest, deps: ResolveDeps): Promise<OpenArchive> {
  const suites = await openSuites(request.suites.flatMap(suitesOf), request.architectures, deps);
  return {
    suites,
    stale: suites.some((suite) => suite.stale),
    checkedAt: new Date(Math.min(...suites.map((suite) => suite.checkedAt.getTime()))),
    repository: openRepositories(deps),
  };
}

/** Each is opened once, however many images ask; an error is theirs all. */
function openRepositories(deps: ResolveDeps): OpenArchive['repository'] {
  const opened = new Map<string, Promise<readonly OpenSuite[]>>();
  return (repository, { codename, architectures }) => {
    const key = JSON.stringify([repository, codename, architectures]);
    const opening = opened.get(key) ?? openSuites(suitesIn(repository, codename), architectures, deps);
    opened.set(key, opening);
    return opening;
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

/** The suites of one Debian release. */
export function suitesWithin(archive: OpenArchive, codename: string): readonly OpenSuite[] {
  return archive.suites.filter((suite) => suite.codename === codename);
}

/** What an image may be made from: its Debian release, then the repositories that its stacks name. */
export async function suitesFor(
  { suite: codename, platforms, stacks }: CatalogEntry,
  archive: OpenArchive,
): Promise<readonly OpenSuite[]> {
  const architectures = platforms.map(architectureOf);
  const named = new Map(
    stacks.flatMap(({ repositories = [] }) => repositories).map((each) => [each.name, each]),
  );
  const further: OpenSuite[] = [];
  for (const repository of named.values()) {
    further.push(...(await archive.repository(repository, { codename, architectures })));
  }
  return [...suitesWithin(archive, codename), ...further];
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

/** What a closure of one architecture is chosen from. */
export function indexesOf(
  suites: readonly OpenSuite[],
  architecture: DebianArchitecture,
): readonly SuiteIndex[] {
  return suites.flatMap(({ archive, suite, allowed, indexes }) => {
    const index = indexes.get(architecture);
    const only = allowed === undefined ? {} : { allowed };
    return index === undefined ? [] : [{ index, archive, suite, ...only }];
  });
}

export function newestDate(suites: readonly OpenSuite[]): Date {
  return new Date(Math.max(...suites.map(({ release }) => release.date.getTime())));
}
