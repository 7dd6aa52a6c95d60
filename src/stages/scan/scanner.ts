import type { LockedPackage, Platform, ScannerResult } from '../../model/index.ts';

/** What an image holds, as far as scanners ask. */
export interface ScanSubject {
  /** Debian release the packages are from, `trixie`. */
  readonly codename: string;
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
