import { compareVersions, indexesOf, newestPackage } from '../../../debian/index.ts';
import type { IndexedPackage } from '../../../debian/index.ts';
import {
  isDebianArchive,
  type DebianArchitecture,
  type LockedPackage,
  type Platform,
} from '../../../model/index.ts';
import { architectureOf } from '../../../oci/index.ts';
import type { ScanSubject } from '../scanner.ts';
import { isSecuritySuite } from './archive.ts';
import type { ScannedSuite } from './archive.ts';

/** Binary packages of one source that the archive has newer than the image. */
export interface PendingUpdate {
  readonly source: string;
  /** The first of them by name. */
  readonly installed: LockedPackage;
  readonly newest: IndexedPackage;
  readonly architecture: DebianArchitecture;
  /** The security suite where it has a newer version, else the suite of the newest one. */
  readonly suite: string;
  readonly platforms: readonly Platform[];
}

/**
 * Every source with a newer version in the suites of the image's release; sorted by name. A further repository says
 * something only about what came from it: layers below the one that names it never look there.
 */
export function pendingUpdates(
  subject: ScanSubject,
  suites: readonly ScannedSuite[],
): readonly PendingUpdate[] {
  const pending = subject.platforms.flatMap(({ platform, packages }) =>
    packages.flatMap((installed) => pendingUpdate(installed, platform, suites)),
  );
  const bySource = Map.groupBy(pending, ({ source }) => source);
  return [...bySource.values()].map(merge).sort((a, b) => (a.source < b.source ? -1 : 1));
}

function pendingUpdate(
  installed: LockedPackage,
  platform: Platform,
  open: readonly ScannedSuite[],
): readonly PendingUpdate[] {
  const suites = open.filter(({ archive }) => isDebianArchive(archive) || archive === installed.archive);
  const architecture = architectureOf(platform);
  const wanted = { name: installed.name, architecture };
  const newest = newestPackage(indexesOf(suites, architecture), wanted);
  if (newest === undefined || !isNewer(newest, installed)) {
    return [];
  }
  const security = suites.filter(({ suite }) => isSecuritySuite(suite));
  const fixed = newestPackage(indexesOf(security, architecture), wanted);
  const suite = fixed !== undefined && isNewer(fixed, installed) ? fixed.suite : newest.suite;
  return [{ source: installed.source.name, installed, newest, architecture, suite, platforms: [platform] }];
}

function isNewer(candidate: IndexedPackage, installed: LockedPackage): boolean {
  return compareVersions(candidate.version, installed.version) > 0;
}

function merge(updates: readonly PendingUpdate[]): PendingUpdate {
  const [first, ...rest] = updates.toSorted((a, b) => (a.installed.name < b.installed.name ? -1 : 1));
  if (first === undefined) {
    throw new RangeError('a group has at least one member');
  }
  const platforms = [...new Set([first, ...rest].flatMap((update) => update.platforms))].sort();
  return { ...first, platforms };
}
