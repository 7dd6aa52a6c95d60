import type { IndexedPackage, SuiteIndex, VerifiedIndex } from '../../../debian/index.ts';
import type { AptRepository, Archive, DebianArchitecture } from '../../../model/index.ts';
import { architectureOf } from '../../../oci/index.ts';
import type { ScanSubject } from '../scanner.ts';

/** The open archive of a run, as far as the scanner looks at it: signed indexes only. */
export interface ScannedArchive {
  readonly suites: readonly ScannedSuite[];
  /** Some suite comes from the cache because its mirror did not answer. */
  readonly stale: boolean;
  /** When the mirror was last heard of, for the suite where that is longest ago. */
  readonly checkedAt: Date;
  /** A further repository of the catalog; shared by all images, as the rest is. */
  readonly repository: (
    repository: AptRepository,
    request: { readonly codename: string; readonly architectures: readonly DebianArchitecture[] },
  ) => Promise<readonly (ScannedSuite & Pick<ScannedArchive, 'stale' | 'checkedAt'>)[]>;
}

export interface ScannedSuite {
  readonly codename: string;
  readonly archive: Archive;
  /** `trixie-security`. */
  readonly suite: string;
  readonly release: { readonly date: Date; readonly validUntil?: Date };
  readonly indexes: ReadonlyMap<DebianArchitecture, VerifiedIndex>;
  /** Patterns of the packages that may come from it; absent: all. */
  readonly allowed?: readonly string[];
}

/** What one image is compared with: its Debian release, and the further repositories that it has packages from. */
export async function archiveOf(subject: ScanSubject, archive: ScannedArchive): Promise<ImageArchive> {
  const { codename } = subject;
  const architectures = subject.platforms.map(({ platform }) => architectureOf(platform));
  const further = [];
  for (const repository of subject.repositories) {
    further.push(...(await archive.repository(repository, { codename, architectures })));
  }
  const asked = [archive.checkedAt, ...further.map(({ checkedAt }) => checkedAt)];
  return {
    suites: [...archive.suites.filter((suite) => suite.codename === codename), ...further],
    stale: archive.stale || further.some(({ stale }) => stale),
    checkedAt: new Date(Math.min(...asked.map((date) => date.getTime()))),
  };
}

export type ImageArchive = Omit<ScannedArchive, 'repository'>;

/** Verified bytes of a .deb that an index names. */
export type FetchPackage = (wanted: IndexedPackage) => Promise<Uint8Array>;

export function isSecuritySuite(suite: string): boolean {
  return suite.endsWith('-security');
}

export function indexesOf(
  suites: readonly ScannedSuite[],
  architecture: DebianArchitecture,
): readonly SuiteIndex[] {
  return suites.flatMap(({ archive, suite, allowed, indexes }) => {
    const index = indexes.get(architecture);
    const only = allowed === undefined ? {} : { allowed };
    return index === undefined ? [] : [{ index, archive, suite, ...only }];
  });
}
