import type { IndexedPackage, SuiteIndex, VerifiedIndex } from '../../../debian/index.ts';
import type { Archive, DebianArchitecture } from '../../../model/index.ts';

/** The open archive of a run, as far as the scanner looks at it: signed indexes only. */
export interface ScannedArchive {
  readonly suites: readonly ScannedSuite[];
  /** Some suite comes from the cache because its mirror did not answer. */
  readonly stale: boolean;
  /** When the mirror was last heard of, for the suite where that is longest ago. */
  readonly checkedAt: Date;
}

export interface ScannedSuite {
  readonly codename: string;
  readonly archive: Archive;
  /** `trixie-security`. */
  readonly suite: string;
  readonly release: { readonly date: Date; readonly validUntil?: Date };
  readonly indexes: ReadonlyMap<DebianArchitecture, VerifiedIndex>;
}

/** Verified bytes of a .deb that an index names. */
export type FetchPackage = (wanted: IndexedPackage) => Promise<Uint8Array>;

export function isSecuritySuite(suite: string): boolean {
  return suite.endsWith('-security');
}

export function indexesOf(
  suites: readonly ScannedSuite[],
  architecture: DebianArchitecture,
): readonly SuiteIndex[] {
  return suites.flatMap(({ archive, suite, indexes }) => {
    const index = indexes.get(architecture);
    return index === undefined ? [] : [{ index, archive, suite }];
  });
}
