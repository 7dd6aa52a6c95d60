import { packagesOn, type Lock, type ScanReport } from '../model/index.ts';
import { scan } from '../stages/scan/index.ts';
import type { RunDeps } from './deps.ts';

/** Scans what a lock holds, on every platform: the lock is what SBOM and layers were compared with. */
export function scanImage(
  codename: string,
  lock: Lock,
  { scanners, runStartedAt, signal }: Pick<RunDeps, 'scanners' | 'runStartedAt' | 'signal'>,
): Promise<ScanReport> {
  const platforms = lock.platforms.map((locked) => ({
    platform: locked.platform,
    packages: packagesOn(locked),
  }));
  return scan({ codename, platforms }, { scanners, now: runStartedAt, signal });
}
