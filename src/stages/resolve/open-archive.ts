import type { VerifiedIndex } from '../../debian/index.ts';
import { mapInPool, type Archive, type DebianArchitecture, type LockedSuite } from '../../model/index.ts';
import type { ResolveDeps } from './deps.ts';
import { openIndex } from './open-index.ts';
import { openRelease, type OpenRelease } from './open-release.ts';
import { suitesOf, type SuiteName } from './suites.ts';

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
}

export interface ArchiveRequest {
  /** Codenames of Debian releases, `trixie`: updates and security belong to them. */
  readonly suites: readonly string[];
  readonly architectures: readonly DebianArchitecture[];
}

export async function openArchive(request: ArchiveRequest, deps: ResolveDeps): Promise<OpenArchive> {
  const names = request.suites.flatMap(suitesOf);
  const releases = await mapInPool(deps.network, names, async (name) => ({
    ...name,
    ...(await openRelease(name, deps)),
  }));
  const wanted = releases.flatMap((suite) =>
    request.architectures.map((architecture) => ({ suite, architecture })),
  );
  const indexes = await mapInPool(deps.network, wanted, ({ suite, architecture }) =>
    openIndex(suite, architecture, deps),
  );
  const suites = releases.map((suite, at) => ({
    ...suite,
    indexes: new Map(
      request.architectures.flatMap((architecture, offset) => {
        const index = indexes[at * request.architectures.length + offset];
        return index === undefined ? [] : [[architecture, index] as const];
      }),
    ),
  }));
  return {
    suites,
    stale: suites.some((suite) => suite.stale),
    checkedAt: new Date(Math.min(...suites.map((suite) => suite.checkedAt.getTime()))),
  };
}

/** The suites of one Debian release. */
export function suitesWithin(archive: OpenArchive, codename: string): readonly OpenSuite[] {
  return archive.suites.filter((suite) => suite.codename === codename);
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
): readonly { readonly index: VerifiedIndex; readonly archive: Archive; readonly suite: string }[] {
  return suites.flatMap(({ archive, suite, indexes }) => {
    const index = indexes.get(architecture);
    return index === undefined ? [] : [{ index, archive, suite }];
  });
}

export function newestDate(suites: readonly OpenSuite[]): Date {
  return new Date(Math.max(...suites.map(({ release }) => release.date.getTime())));
}
