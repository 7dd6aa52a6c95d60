import {
  packagesOn,
  type AptRepository,
  type CatalogEntry,
  type Lock,
  type LockedPackage,
  type ScanReport,
} from '../model/index.ts';
import { scan } from '../stages/scan/index.ts';
import type { RunDeps } from './deps.ts';

/** Scans what a lock holds, on every platform: the lock is what SBOM and layers were compared with. */
export function scanImage(
  entry: CatalogEntry,
  lock: Lock,
  { scanners, runStartedAt, signal }: Pick<RunDeps, 'scanners' | 'runStartedAt' | 'signal'>,
): Promise<ScanReport> {
  const platforms = lock.platforms.map((locked) => ({
    platform: locked.platform,
    packages: packagesOn(locked),
  }));
  const repositories = repositoriesIn(
    entry,
    platforms.flatMap(({ packages }) => packages),
  );
  return scan({ codename: entry.suite, repositories, platforms }, { scanners, now: runStartedAt, signal });
}

function repositoriesIn(
  { stacks }: CatalogEntry,
  packages: readonly LockedPackage[],
): readonly AptRepository[] {
  const used = new Set(packages.map(({ archive }) => archive));
  const named = stacks.flatMap(({ repositories = [] }) => repositories).filter(({ name }) => used.has(name));
  return [...new Map(named.map((repository) => [repository.name, repository])).values()];
}
