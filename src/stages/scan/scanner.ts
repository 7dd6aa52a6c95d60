import type {
  AptRepository,
  DigestRef,
  LockedArtifact,
  LockedPackage,
  Platform,
  SbomDocuments,
  ScannerResult,
} from '../../model/index.ts';
import type { PlatformManifest } from '../../oci/index.ts';

/** What an image holds, as far as scanners ask; in a registry, or on this machine, or both. */
export interface ScanSubject {
  /** Debian release the packages are from, `trixie`. */
  readonly codename: string;
  /** Further repositories that some of the packages are from. */
  readonly repositories: readonly AptRepository[];
  readonly platforms: readonly {
    readonly platform: Platform;
    readonly packages: readonly LockedPackage[];
    /** Upstream releases beside Debian's packages. */
    readonly artifacts: readonly LockedArtifact[];
  }[];
  /** Only foreign programs need them, and those of a published image have to be fetched. */
  readonly sboms: () => Promise<readonly SbomDocuments[]>;
  /** Folder of an OCI layout; absent where the image is only in its registry. */
  readonly layoutDir?: string;
  /** Absent where it is not published yet. */
  readonly ref?: DigestRef;
  /** What the index of a published image lists; absent where it is not published yet. */
  readonly manifests?: () => Promise<readonly PlatformManifest[]>;
}

/** Looks for known problems of installed packages. Any number of them stand behind this one interface. */
export interface Scanner {
  /** As policy names it, `debian-archive`. */
  readonly name: string;
  /** Looks at what was pushed: of a new image it is asked after all others, once it is in the registry. */
  readonly looksIn?: 'registry';
  /** Begins what takes long before the first image asks; never fails. */
  prepare?(): void;
  scan(subject: ScanSubject, signal: AbortSignal): Promise<ScannerResult>;
}
