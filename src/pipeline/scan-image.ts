import {
  packagesOn,
  type AptRepository,
  type CatalogEntry,
  type Lock,
  type LockedPackage,
  type ScanReport,
} from '../model/index.ts';
import { scan, type ScanSubject } from '../stages/scan/index.ts';
import type { RunDeps } from './deps.ts';

/** What is scanned: the lock is what SBOM and layers were compared with. */
export interface ImageToScan extends Pick<ScanSubject, 'sboms' | 'layoutDir' | 'ref'> {
  readonly lock: Lock;
}

export type ScanImageDeps = Pick<RunDeps, 'scanners' | 'knownExploited' | 'runStartedAt' | 'signal'>;

/** Scans what a lock holds, on every platform. */
export function scanImage(
  { suite, stacks }: Pick<CatalogEntry, 'suite' | 'stacks'>,
  { lock, ...places }: ImageToScan,
  { runStartedAt, ...deps }: ScanImageDeps,
): Promise<ScanReport> {
  const platforms = lock.platforms.map((locked) => ({
    platform: locked.platform,
    packages: packagesOn(locked),
    artifacts: locked.layers.flatMap(({ artifacts }) => artifacts),
  }));
  const repositories = repositoriesIn(
    stacks,
    platforms.flatMap(({ packages }) => packages),
  );
  const subject = { ...places, codename: suite, repositories, platforms };
  return scan(subject, { ...deps, now: runStartedAt });
}

function repositoriesIn(
  stacks: CatalogEntry['stacks'],
  packages: readonly LockedPackage[],
): readonly AptRepository[] {
  const used = new Set(packages.map(({ archive }) => archive));
  const named = stacks.flatMap(({ repositories = [] }) => repositories).filter(({ name }) => used.has(name));
  return [...new Map(named.map((repository) => [repository.name, repository])).values()];
}
