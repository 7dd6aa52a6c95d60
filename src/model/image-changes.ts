import type { Sha256 } from './identity.ts';

/** What two images differ in, or two releases of one. All lists are sorted, so the same two always give the same text. */
export interface ImageChanges extends ContentChanges {
  readonly schemaVersion: 1;
  readonly before: ImageName;
  readonly after: ImageName;
  readonly packages: readonly PackageChange[];
  /** Package databases that were found and are not read: what they hold may have changed. */
  readonly notRead: readonly string[];
  readonly findings: FindingChanges;
}

/** One image as it was looked at. */
export interface ImageName {
  /** `127.0.0.1:5000/golden/python@sha256:…` */
  readonly reference: string;
  /** `linux/amd64` */
  readonly platform: string;
  /** Digest of the platform's manifest. */
  readonly manifest: string;
}

/** What one platform of two images differs in. */
export interface ContentChanges {
  readonly files: readonly FileChange[];
  readonly config: readonly ConfigChange[];
  readonly layers: readonly LayerChange[];
  readonly sizes: {
    /** Bytes of the layers as they are pulled. */
    readonly download: BeforeAfter;
    /** Bytes of all files. */
    readonly unpacked: BeforeAfter;
  };
}

export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** `upstream`: software that comes from no package; only a lock tells of it. */
export type PackageKind = 'deb' | 'apk' | 'upstream';

export interface PackageChange {
  readonly kind: PackageKind;
  readonly name: string;
  /** Versions; absent where it is new, or gone. */
  readonly before?: string;
  readonly after?: string;
  /** What it was built from: changelogs and CVEs are the source's. */
  readonly source: SourceChange;
  /** Of the image's platforms, where several were compared. */
  readonly platforms?: readonly string[];
  /** Whether anybody could say what changed: without a changelog no CVE is listed, which says nothing. */
  readonly changelog: 'read' | 'unknown' | 'not-asked';
  /** Named by the changelog between the two versions. */
  readonly fixed: readonly CveNote[];
  /** After a downgrade: fixed before, and no more. */
  readonly introduced: readonly CveNote[];
}

export interface SourceChange {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** A vulnerability and what the changelog says of it. */
export interface CveNote {
  readonly id: string;
  readonly line: string;
}

export interface FindingChanges {
  /** Whether each side has scan reports: without them nothing is known to have appeared or gone. */
  readonly scanned: { readonly before: boolean; readonly after: boolean };
  readonly appeared: readonly FindingChange[];
  readonly gone: readonly FindingChange[];
}

export interface FindingChange {
  readonly id: string;
  readonly package: string;
  readonly installed: string;
  readonly severity: string;
  /** Sorted. */
  readonly scanners: readonly string[];
}

export const FILE_DIFFERENCES = ['type', 'content', 'link', 'mode', 'owner', 'capabilities'] as const;
export type FileDifference = (typeof FILE_DIFFERENCES)[number];

/** Of a path: absent on one side, it was added or removed. */
export interface FileChange {
  readonly path: string;
  readonly before?: FileFacts;
  readonly after?: FileFacts;
  /** Empty where it was added or removed. */
  readonly differs: readonly FileDifference[];
  /** That it belongs to, by the package database. */
  readonly package?: string;
}

export interface FileFacts {
  readonly type: string;
  /** Octal, with setuid, setgid and sticky: `4755`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly bytes: number;
  readonly linkTarget?: string;
  readonly capabilities?: true;
}

export interface ConfigChange {
  /** `Env PATH`, `User`, `Labels org.opencontainers.image.version`. */
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

export interface LayerChange {
  readonly digest: string;
  /** Bytes as it is pulled. */
  readonly size: number;
  readonly in: 'both' | 'before' | 'after';
}

/** What a release changes against the one before it: attested, and in the run's report. */
export interface ReleaseChanges {
  readonly schemaVersion: 1;
  /** Of this release. */
  readonly digest: Sha256;
  readonly previous: { readonly digest: string; readonly tag: string };
  readonly packages: readonly PackageChange[];
  readonly findings: FindingChanges;
  /** Those that both releases have. */
  readonly platforms: readonly (ContentChanges & { readonly platform: string })[];
}
