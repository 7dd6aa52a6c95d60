import type {
  BuildInputs,
  CatalogEntry,
  Lock,
  PackageLicence,
  PlatformContent,
  ScanReport,
  Sha256,
  TestReport,
} from '../../model/index.ts';

/** What a build was made of, as far as it says whether somebody changed the catalog or a stack. */
export interface Origin {
  readonly lock: Pick<Lock, 'entry' | 'version'>;
  readonly inputs: Pick<BuildInputs, 'dockerfile' | 'files' | 'tests' | 'platforms' | 'compression'>;
}

/** The track's newest release: what the image is compared with. */
export interface PreviousRelease {
  /** Its unique tag. */
  readonly tag: string;
  readonly contents: readonly PlatformContent[];
  readonly origin: Origin;
}

/** The image at hand, where it is compared with a release. */
export interface Compared {
  readonly origin: Origin;
  /** Digest its Dockerfile would have with another upstream version in its label. */
  readonly dockerfileOf: (version: string) => Sha256;
  readonly previous: PreviousRelease;
}

/** Everything the gate looks at: it knows nothing that is not here. */
export interface GateFacts {
  readonly entry: Pick<CatalogEntry, 'id' | 'dates'>;
  /** Absent: none is attested. */
  readonly report?: TestReport;
  readonly scan: ScanReport;
  /** ISO instant: how new the newest suite was that the image was locked against. */
  readonly lockedAt?: string;
  /** Absent: nobody asked, as policy denies none. */
  readonly licences?: readonly PackageLicence[];
  /** Absent: there is no release, it is this very image, or it does not tell what it holds. */
  readonly compared?: Compared;
}
