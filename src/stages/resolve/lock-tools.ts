import { indexesOf, resolveClosure } from '../../debian/index.ts';
import type {
  DebianArchitecture,
  LockedPackage,
  PackageExclusion,
  Sha256,
  ToolLock,
} from '../../model/index.ts';
import { snapshotPlace } from './archive-places.ts';
import type { InputPlace } from './input-places.ts';
import type { ResolveDeps } from './deps.ts';
import { toLockedSuite, type OpenArchive, type OpenSuite } from './open-archive.ts';

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
export async function lockTools({ name, requests }: ToolSet, archive: OpenArchive): Promise<ToolLock> {
  const suites: OpenSuite[] = [];
  for (const codename of new Set(requests.map((request) => request.suite))) {
    suites.push(...(await archive.release(codename)));
  }
  async function lockOn(architecture: DebianArchitecture): Promise<readonly LockedPackage[]> {
    const chosen: LockedPackage[] = [];
    for (const request of requests) {
      const from = { archive, architecture, requester: `tool ${name}` };
      chosen.push(...(await choosePackages(request, from)));
    }
    return chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return {
    schemaVersion: 1,
    name,
    suites: suites.map(toLockedSuite),
    architectures: { amd64: await lockOn('amd64'), arm64: await lockOn('arm64') },
  };
}

export async function choosePackages(
  request: ToolRequest,
  from: {
    readonly archive: OpenArchive;
    readonly architecture: DebianArchitecture;
    readonly requester: string;
    /** Where the request is written, for messages. */
    readonly file?: string;
  },
): Promise<readonly LockedPackage[]> {
  const { architecture, requester, file } = from;
  const { packages } = resolveClosure({
    indexes: indexesOf(await from.archive.release(request.suite), architecture),
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

export type ToolFetchDeps = Pick<ResolveDeps, 'packages' | 'http' | 'snapshot' | 'signal'> & {
  /** Where further copies of the packages may be. */
  readonly copies?: readonly InputPlace[];
};

/** Verified .debs of a tool set: from the cache, from the mirror, and what that dropped from the snapshot archive. */
export async function fetchToolPackages(
  lock: ToolLock,
  architecture: DebianArchitecture,
  deps: ToolFetchDeps,
): Promise<ReadonlyMap<Sha256, string>> {
  const copies = [...(deps.copies ?? []), snapshotPlace(lock.suites, deps)];
  return deps.packages.fetch(lock.architectures[architecture], { copies });
}
