import type { ImageName, PackageKind } from './image-changes.ts';

/** What one platform of an image holds. Lists of the biggest things are cut; the others are whole. */
export interface ImageSummary {
  readonly schemaVersion: 1;
  readonly image: ImageName;
  /** ISO instant, as the image says. */
  readonly created?: string;
  readonly settings: ImageSettings;
  /** Of index and manifest together. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly sizes: { readonly download: number; readonly unpacked: number };
  readonly layers: readonly LayerSummary[];
  readonly wasted: Wasted;
  readonly packages: PackagesSummary;
  readonly biggestFiles: readonly BigFile[];
  readonly privileged: readonly PrivilegedFile[];
  /** Paths of programs that run commands. */
  readonly shells: readonly string[];
  /** Absent where the image is in no registry. */
  readonly attested?: AttestedSummary;
}

export interface ImageSettings {
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDir: string;
  readonly environment: readonly string[];
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal?: string;
  readonly healthcheck?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface LayerSummary {
  readonly digest: string;
  /** Bytes as it is pulled, and of its files. */
  readonly size: number;
  readonly unpacked: number;
  readonly files: number;
  /** The step that made it, as the image's history has it; empty where it says nothing. */
  readonly createdBy: string;
  /** Names of packages that are in the image because of it. */
  readonly packages: readonly string[];
}

/** Bytes that are pulled and never seen: files that a later layer replaces or removes. */
export interface Wasted {
  readonly bytes: number;
  /** Part of all layers' bytes that is seen, 0 to 1. */
  readonly efficiency: number;
  /** Largest first. */
  readonly files: readonly WastedFile[];
}

export interface WastedFile {
  readonly path: string;
  readonly bytes: number;
  /** Layers counted from the lowest, 0. */
  readonly layer: number;
  readonly by: 'replaced' | 'removed';
  readonly inLayer: number;
}

export interface PackagesSummary {
  readonly count: number;
  /** Databases that were found and are not read. */
  readonly notRead: readonly string[];
  /** By the bytes of their files, largest first. */
  readonly biggest: readonly BigPackage[];
}

export interface BigPackage {
  readonly kind: PackageKind;
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
}

export interface BigFile {
  readonly path: string;
  readonly bytes: number;
  readonly package?: string;
}

/** What `find / -perm /6000` and `getcap -r /` find. */
export interface PrivilegedFile {
  readonly path: string;
  readonly type: string;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly kinds: readonly ('setuid' | 'setgid' | 'capabilities')[];
}

/** Who vouches for something: a signature that could not be verified with a key at hand proves nothing. */
export interface Vouched {
  readonly verified: boolean;
  /** `our key`, `identity name@example.org (https://issuer)`, `another key`. */
  readonly signer: string;
}

export interface AttestedSummary {
  /** False where no public key is set up here: nothing could be verified then. */
  readonly hasKey: boolean;
  readonly signatures: readonly Vouched[];
  readonly attestations: readonly AttestationSummary[];
  readonly scans: readonly ScanSummary[];
  /** Release records that name this image, newest first. */
  readonly releases: readonly ReleaseSummary[];
}

export interface AttestationSummary extends Vouched {
  readonly predicateType: string;
  /** What it is about: the whole image, or this platform of it. */
  readonly about: 'image' | 'platform';
  readonly form: 'classic' | 'bundle';
  /** In a few words: `CycloneDX 1.6, 33 components`. */
  readonly says: string;
}

export interface ScanSummary extends Vouched {
  readonly tool: string;
  readonly toolVersion: string;
  /** clean, up-to-date, findings, stale or not-scanned; as attested. */
  readonly status: string;
  readonly feedDate: string;
  readonly scannedAt: string;
  readonly findings: Readonly<Record<string, number>>;
}

export interface ReleaseSummary extends Vouched {
  readonly track: string;
  readonly sequence: number;
  readonly tag: string;
  readonly promotedAt: string;
  readonly reason: string;
}
