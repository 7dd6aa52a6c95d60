import type { AptRepository, LockedPackage, Platform, ScannerResult } from '../../model/index.ts';

/** What an image holds, as far as scanners ask. */
export interface ScanSubject {
  /** Debian release the packages are from, `trixie`. */
  readonly codename: string;
  /** Further repositories that some of the packages are from. */
  readonly repositories: readonly AptRepository[];
  readonly platforms: readonly {
    readonly platform: Platform;
    readonly packages: readonly LockedPackage[];
  }[];
}

/** Looks for known problems of installed packages. Any number of them stand behind this one interface. */
export interface Scanner {
  /** As policy names it, `debian-archive`. */
  readonly name: string;
  scan(subject: ScanSubject, signal: AbortSignal): Promise<ScannerResult>;
}
