import type { DigestRef, Platform, Sha256 } from './identity.ts';

/** One platform of an image that was built again. */
export interface PlatformReproduction {
  readonly platform: Platform;
  /** Digests of the manifests. */
  readonly published: Sha256;
  readonly rebuilt: Sha256;
  /** Where they are not the same: the first layer, file, header or field. */
  readonly difference?: string;
}

/** An image built again from what the registry has of it, and compared. */
export interface Reproduction {
  readonly ref: DigestRef;
  /** Of the index over the platforms. */
  readonly rebuilt: Sha256;
  readonly isIdentical: boolean;
  readonly platforms: readonly PlatformReproduction[];
  /** How many inputs were found where: `the cache`, `the mirror`. */
  readonly inputs: Readonly<Record<string, number>>;
  /** Debian packages of the builder that made it: `docker.io 26.1.5`. */
  readonly builder: string;
}
