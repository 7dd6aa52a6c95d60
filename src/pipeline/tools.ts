import { createHash } from 'node:crypto';
import type { DebianArchitecture, Emit, LockedPackage, Sha256, ToolLock } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import {
  fetchToolPackages,
  lockTools,
  type OpenArchive,
  type ToolFetchDeps,
  type ToolRequest,
} from '../stages/resolve/index.ts';

/** What a tool set is made of, and its locks. */
export interface ToolSource {
  readonly requests: readonly ToolRequest[];
  /** As reviewed: `locks/`. */
  readonly committed: ToolLock;
  /** The one in force: what replaced the committed one on this machine, if its packages vanished; not with `locked`. */
  readonly lock: ToolLock;
  /** Puts another lock in force, for later runs as well: their build ids must stay the same. */
  keep(lock: ToolLock): Promise<void>;
}

export interface ToolsDeps {
  readonly resolve: ToolFetchDeps;
  /** Asked only when a locked package has vanished. */
  readonly archive: OpenArchive;
  /** Nothing is used that was not reviewed. */
  readonly locked?: boolean;
  readonly architecture: DebianArchitecture;
  readonly emit: Emit;
}

/** A tool set whose verified .debs are on this machine. */
export interface FetchedTools {
  readonly lock: ToolLock;
  readonly packages: readonly LockedPackage[];
  readonly files: ReadonlyMap<Sha256, string>;
}

/**
 * Fetches a tool set as its lock says. The archive drops a package when it has a newer one: if the snapshot archive
 * does not have it either, the set is locked anew from the verified indexes, said aloud, and its digest in the build
 * ids changes with it. With `locked` that is an error instead.
 */
export async function fetchTools(source: ToolSource, deps: ToolsDeps): Promise<FetchedTools> {
  try {
    return await fetchLocked(source.lock, deps);
  } catch (error) {
    if (!(error instanceof FactoryError && error.code === 'PACKAGE_NOT_FOUND')) {
      throw error;
    }
    const file = `locks/${source.lock.name}.json`;
    if (deps.locked === true) {
      throw new FactoryError('LOCK_STALE', `cannot use ${file} as locked: ${error.message}`, {
        hint: 'run `ingot lock --tools`, and review what changed',
        cause: error,
      });
    }
    const message = `${file} is out of date, locking it anew: ${error.message}`;
    deps.emit({ kind: 'notice', level: 'warn', message });
    const lock = await lockTools({ name: source.lock.name, requests: source.requests }, deps.archive);
    const tools = await fetchLocked(lock, deps);
    await source.keep(lock);
    return tools;
  }
}

/** A tool set exactly as it is locked, whatever has replaced its packages since. */
export async function fetchLocked(
  lock: ToolLock,
  deps: Pick<ToolsDeps, 'architecture' | 'resolve'>,
): Promise<FetchedTools> {
  const files = await fetchToolPackages(lock, deps.architecture, deps.resolve);
  return { lock, packages: lock.architectures[deps.architecture], files };
}

/** Over the packages of every architecture, so that it is the same whichever machine builds. */
export function toolDigest(lock: ToolLock): Sha256 {
  const digests = [...lock.architectures.amd64, ...lock.architectures.arm64].map(({ sha256 }) => sha256);
  return `sha256:${createHash('sha256')
    .update([...new Set(digests)].sort().join('\n'))
    .digest('hex')}` as Sha256;
}

/** An image is made with the tools of its own Debian release: bytecode and caches have to fit its interpreters. */
export function toolboxOf<T>(suite: string, toolboxes: ReadonlyMap<string, T>): T {
  const toolbox = toolboxes.get(suite);
  if (toolbox === undefined) {
    const known = [...toolboxes.keys()].map((name) => `"${name}"`).join(', ');
    throw new FactoryError(
      'CATALOG_INVALID',
      `cannot make an image of Debian "${suite}": expected one of ${known}`,
      { hint: "correct the track's suite" },
    );
  }
  return toolbox;
}
