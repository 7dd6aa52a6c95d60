import type { PackageKind } from '../model/index.ts';

/** A package as an image's own database has it. */
export interface InstalledPackage {
  readonly kind: PackageKind;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: { readonly name: string; readonly version: string };
  /** Paths of its files, folders left out, as the database says; whether they are there is for the image to say. */
  readonly files: readonly string[];
  /** Where the database has it: the layer that brings this brings the package. */
  readonly recordedIn: string;
}

export interface InstalledPackages {
  /** By name, then architecture. */
  readonly packages: readonly InstalledPackage[];
  /** What was found and is not read: `rpm database /var/lib/rpm/rpmdb.sqlite`. */
  readonly notRead: readonly string[];
}
