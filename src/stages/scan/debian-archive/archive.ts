import type { IndexedPackage, IndexedSuite } from '../../../debian/index.ts';
import type { AptRepository, DebianArchitecture } from '../../../model/index.ts';
import { architectureOf } from '../../../oci/index.ts';
import type { ScanSubject } from '../scanner.ts';

/** The open archive of a run, as far as the scanner looks at it: signed indexes only, shared by all images. */
export interface ScannedArchive {
  /** Debian's suites of a release, `trixie`. */
  readonly release: (codename: string) => Promise<readonly ScannedSuite[]>;
  /** Those of a further repository of the catalog. */
  readonly repository: (
    repository: AptRepository,
    architectures: readonly DebianArchitecture[],
  ) => Promise<readonly ScannedSuite[]>;
}

export interface ScannedSuite extends IndexedSuite {
  readonly release: { readonly date: Date; readonly validUntil?: Date };
  /** It comes from the cache because its mirror did not answer. */
  readonly stale: boolean;
  /** When the mirror was last heard of. */
  readonly checkedAt: Date;
}

/** What one image is compared with: its Debian release, and the further repositories that it has packages from. */
export async function suitesOf(
  subject: ScanSubject,
  archive: ScannedArchive,
): Promise<readonly ScannedSuite[]> {
  const architectures = subject.platforms.map(({ platform }) => architectureOf(platform));
  const suites = [...(await archive.release(subject.codename))];
  for (const repository of subject.repositories) {
    suites.push(...(await archive.repository(repository, architectures)));
  }
  return suites;
}

/** Verified bytes of a .deb that an index names. */
export type FetchPackage = (wanted: IndexedPackage) => Promise<Uint8Array>;

export function isSecuritySuite(suite: string): boolean {
  return suite.endsWith('-security');
}
