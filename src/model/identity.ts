import type { Branded } from './brand.ts';

/** `sha256:` and 64 lower-case hex digits. Made by `parseSha256` and `sha256Of` in `oci/`. */
export type Sha256 = Branded<string, 'Sha256'>;

/** A catalog entry's name: repository and track, `python-3.13`. */
export type ImageId = Branded<string, 'ImageId'>;

/** Hex digest over every input of a build (`BuildInputs`). */
export type BuildId = Branded<string, 'BuildId'>;

/** A tag in a repository, OCI distribution spec 1.1 "Pulling manifests": `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`. */
export type Tag = Branded<string, 'Tag'>;

export const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;
export type Platform = (typeof PLATFORMS)[number];

export type DebianArchitecture = 'amd64' | 'arm64';

export const VARIANTS = ['runtime', 'dev'] as const;
export type Variant = (typeof VARIANTS)[number];

/** Content in a repository, by digest alone. */
export interface DigestRef {
  /** Registry host and repository, `127.0.0.1:5000/golden/python`. */
  readonly repository: string;
  readonly digest: Sha256;
}

/** OCI image spec 1.1 descriptor, the fields we read and write. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Sha256;
  /** Bytes. */
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  /** In lists of referrers: of the manifest it names. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
