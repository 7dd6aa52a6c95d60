import type { LockedArtifact } from './artifact.ts';
import type { DebianArchitecture, Platform, Sha256 } from './identity.ts';

/** Debian's two archives; a mirror gives each a base URL, a lock only names them. */
export const ARCHIVES = ['debian', 'debian-security'] as const;
export type DebianArchive = (typeof ARCHIVES)[number];

/** What a lock names: one of Debian's archives, or a further repository as the catalog calls it. */
export type Archive = string;

export function isDebianArchive(archive: Archive): archive is DebianArchive {
  return ARCHIVES.some((name) => name === archive);
}

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

/**
 * One .deb, reached from a verified signature: `debian/` makes one from a verified index, `parseReviewedLock` and
 * `parseToolLock` read what that wrote from a file reviewed in git, and a verified lock attestation of our own has those
 * of a release, which a held version is taken from. Paths, never hosts.
 */
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

/** Every Debian package of one platform, once: a dev image has the runtime image's both installed and unpacked. */
export function packagesOn({ layers }: LockedPlatform): readonly LockedPackage[] {
  const packages = new Map<string, LockedPackage>();
  for (const each of layers.flatMap((layer) => layer.packages)) {
    packages.set(each.name, packages.get(each.name) ?? each);
  }
  return [...packages.values()];
}

/** The exact inputs of one image on every platform: what `lock.json` holds. Stable order. */
export interface Lock {
  readonly schemaVersion: 1;
  readonly image: string;
  /** Digest over the catalog entry and stacks it was made for: another one makes a reviewed lock stale. */
  readonly entry: Sha256;
  /** Upstream version of what the image is named after: `3.13.5`. */
  readonly version: string;
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  readonly epoch: number;
  readonly suites: readonly LockedSuite[];
  readonly platforms: readonly LockedPlatform[];
}

/** Packages of a tool set, kept in `locks/`. */
export interface ToolLock {
  readonly schemaVersion: 1;
  /** `builder`, or `toolbox-trixie`: images are made with the tools of their own Debian release. */
  readonly name: string;
  readonly suites: readonly LockedSuite[];
  readonly architectures: Readonly<Record<DebianArchitecture, readonly LockedPackage[]>>;
}
