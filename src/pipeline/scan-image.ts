import {
  packagesOn,
  type AptRepository,
  type CatalogEntry,
  type DigestRef,
  type Lock,
  type LockedPackage,
  type ScanReport,
} from '../model/index.ts';
import { platformManifests, type ReadDeps } from '../oci/index.ts';
import { scan, scanFurther, type ScanSubject } from '../stages/scan/index.ts';
import type { RunDeps } from './deps.ts';
import { publishedManifests } from './published-manifests.ts';
import { publishedSboms } from './published-sboms.ts';

/** What is scanned: the lock is what SBOM and layers were compared with. */
export interface ImageToScan extends Pick<ScanSubject, 'sboms' | 'layoutDir' | 'ref' | 'manifests'> {
  readonly lock: Lock;
}

export type ScanImageDeps = Pick<RunDeps, 'scanners' | 'knownExploited' | 'runStartedAt' | 'signal'>;

export interface PushedImage
  extends Omit<ImageToScan, 'ref' | 'manifests'>, Required<Pick<ImageToScan, 'ref' | 'manifests'>> {
  /** What was found before it was pushed. */
  readonly before: ScanReport;
}

type ScannedEntry = Pick<CatalogEntry, 'suite' | 'stacks'>;

/** Scans what a lock holds, on every platform; what scanners look for in a registry, only of what is in one. */
export function scanImage(
  entry: ScannedEntry,
  image: ImageToScan,
  { runStartedAt, ...deps }: ScanImageDeps,
): Promise<ScanReport> {
  return scan(subjectOf(entry, image), { ...deps, now: runStartedAt });
}

/** Adds what is found in an image that was pushed since it was scanned. */
export function scanPushed(
  entry: ScannedEntry,
  { before, ...image }: PushedImage,
  { runStartedAt, ...deps }: ScanImageDeps,
): Promise<ScanReport> {
  return scanFurther(subjectOf(entry, image), before, { ...deps, now: runStartedAt });
}

/** Where scanners find what they need of an image that is only in its registry. */
export function publishedPlaces(
  ref: DigestRef,
  deps: ReadDeps,
): Required<Pick<ImageToScan, 'sboms' | 'manifests'>> {
  return {
    sboms: () => publishedSboms(ref, deps),
    manifests: async () => platformManifests(await publishedManifests(ref, deps.registry)),
  };
}

function subjectOf({ suite, stacks }: ScannedEntry, { lock, ...places }: ImageToScan): ScanSubject {
  const platforms = lock.platforms.map((locked) => ({
    platform: locked.platform,
    packages: packagesOn(locked),
    artifacts: locked.layers.flatMap(({ artifacts }) => artifacts),
  }));
  const repositories = repositoriesIn(
    stacks,
    platforms.flatMap(({ packages }) => packages),
  );
  return { ...places, codename: suite, repositories, platforms };
}

function repositoriesIn(
  stacks: CatalogEntry['stacks'],
  packages: readonly LockedPackage[],
): readonly AptRepository[] {
  const used = new Set(packages.map(({ archive }) => archive));
  const named = stacks.flatMap(({ repositories = [] }) => repositories).filter(({ name }) => used.has(name));
  return [...new Map(named.map((repository) => [repository.name, repository])).values()];
}

/** For whoever watches. */
export function scanNote(scan: ScanReport): string {
  return scan.results.map(({ tool, status }) => `${tool}: ${status}`).join(', ');
}
