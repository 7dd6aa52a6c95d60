import { resolveClosure } from '../../debian/index.ts';
import type {
  DebianArchitecture,
  LockedPackage,
  PackageExclusion,
  Sha256,
  ToolLock,
} from '../../model/index.ts';
import type { ResolveDeps } from './deps.ts';
import { indexesOf, suitesWithin, toLockedSuite, type OpenArchive } from './open-archive.ts';

/** Packages of one Debian release that a tool set is made of. */
export interface ToolRequest {
  /** Codename, `trixie`. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** Whether their dependencies belong to the set; without, the host's own libraries are used. */
  readonly closure: boolean;
  readonly exclude: readonly PackageExclusion[];
}

export interface ToolSet {
  readonly name: ToolLock['name'];
  readonly requests: readonly ToolRequest[];
}

/** Locks a tool set for both architectures; the archive must have been opened with both. */
export function lockTools({ name, requests }: ToolSet, archive: OpenArchive): ToolLock {
  const codenames = [...new Set(requests.map((request) => request.suite))];
  function lockOn(architecture: DebianArchitecture): readonly LockedPackage[] {
    return requests
      .flatMap((request) => choosePackages(request, { archive, architecture, requester: `tool ${name}` }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return {
    schemaVersion: 1,
    name,
    suites: codenames.flatMap((codename) => suitesWithin(archive, codename)).map(toLockedSuite),
    architectures: { amd64: lockOn('amd64'), arm64: lockOn('arm64') },
  };
}

export function choosePackages(
  request: ToolRequest,
  from: {
    readonly archive: OpenArchive;
    readonly architecture: DebianArchitecture;
    readonly requester: string;
    /** Where the request is written, for messages. */
    readonly file?: string;
  },
): readonly LockedPackage[] {
  const { architecture, requester, file } = from;
  const { packages } = resolveClosure({
    indexes: indexesOf(suitesWithin(from.archive, request.suite), architecture),
    architecture,
    requests: request.packages,
    present: [],
    exclude: request.exclude,
    requester,
    ...(file === undefined ? {} : { file }),
  });
  if (request.closure) {
    return packages;
  }
  return packages
    .filter((locked) => request.packages.includes(locked.name))
    .map((locked) => ({ ...locked, requestedBy: [requester] }));
}

/** Verified .debs of a tool set, fetched where the cache has them not. */
export async function fetchToolPackages(
  lock: ToolLock,
  architecture: DebianArchitecture,
  { packages }: Pick<ResolveDeps, 'packages'>,
): Promise<ReadonlyMap<Sha256, string>> {
  return packages.fetch(lock.architectures[architecture]);
}
