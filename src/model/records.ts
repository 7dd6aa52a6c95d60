import type { CatalogEntry, Compression } from './catalog.ts';
import type { BuildId, Descriptor, DigestRef, Platform, Sha256, Tag } from './identity.ts';
import type { Lock, ToolLock } from './lock.ts';
import type { ScanReport } from './scan.ts';

/** Every input has an exact version and digest, all reached from a verified signature. */
export interface LockedImage {
  readonly entry: CatalogEntry;
  readonly lock: Lock;
  /** What a person should know about its inputs and what stops nothing; absent where that is nothing. */
  readonly notices?: readonly string[];
}

/** Verified files on this machine that an image is built from. */
export interface FetchedInputs {
  readonly packages: ReadonlyMap<Sha256, string>;
  /** By subresource integrity. */
  readonly artifacts: ReadonlyMap<string, string>;
}

/**
 * Everything that can change the bytes of an image; the build id is the digest of its canonical JSON.
 * Published with the lock, so that `ingot plan` can say which input moved.
 */
export interface BuildInputs {
  /** The layout of this record: a new field must give new ids. */
  readonly schemaVersion: 1;
  /** The instructions themselves: steps, order, configuration of the image. Rendered from templates and stack files. */
  readonly dockerfile: Sha256;
  /** What the image was tested with, by path: a new check must be run before it can be claimed. */
  readonly tests: Readonly<Record<string, Sha256>>;
  /** Files that stacks bring themselves: `stack path` → digest. */
  readonly files: Readonly<Record<string, Sha256>>;
  /** `linux/amd64 layer name version` → digest of the .deb or integrity of the tarball. */
  readonly packages: Readonly<Record<string, string>>;
  /** An index lists exactly these. */
  readonly platforms: readonly Platform[];
  /** Of the layers. */
  readonly compression: Compression;
  /** It is in the config's `created` and in every generated file. */
  readonly sourceDateEpoch: number;
  /** Its tar, sed and python write the files: digest over the toolbox's locked packages. */
  readonly toolbox: Sha256;
  /** BuildKit's version changes layer bytes: digest over the builder's locked packages. */
  readonly builder: Sha256;
  /** They are written into manifests and index. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A file that a stack brings itself. */
export interface RecipeFile {
  /** Base64. */
  readonly content: string;
  /** It has an executable bit. */
  readonly isProgram: boolean;
}

/** What a build takes beside the inputs that its lock names: with them, it can be made again from the registry alone. */
export interface BuildRecipe {
  readonly schemaVersion: 1;
  readonly dockerfile: string;
  readonly buildArgs: RenderedImage['buildArgs'];
  /** `stack path` → file, as `BuildInputs.files` names them. */
  readonly files: Readonly<Record<string, RecipeFile>>;
  readonly toolbox: { readonly dockerfile: string; readonly lock: ToolLock };
  readonly builder: ToolLock;
}

/** The exact text that will be built: a pure function of lock, stacks and templates. */
export interface RenderedImage {
  readonly locked: LockedImage;
  readonly dockerfile: string;
  /** Arguments of each platform's build: the epochs of its layers. */
  readonly buildArgs: Readonly<Partial<Record<Platform, Readonly<Record<string, string>>>>>;
  readonly inputs: BuildInputs;
  readonly buildId: BuildId;
}

export interface BuiltPlatform {
  readonly platform: Platform;
  readonly manifest: Descriptor;
  /** Name the image has in the builder's engine; its content is this manifest. */
  readonly engineImage: string;
}

/** Exists as an OCI layout on this machine. Not trusted, not published. */
export interface BuiltImage {
  readonly rendered: RenderedImage;
  /** Folder of an OCI image layout whose `index.json` names `index`. */
  readonly layoutDir: string;
  readonly index: Descriptor;
  readonly platforms: readonly BuiltPlatform[];
}

export type CheckResult =
  | { readonly kind: 'passed'; readonly check: string; readonly platform: Platform }
  | {
      readonly kind: 'failed';
      readonly check: string;
      readonly platform: Platform;
      readonly expected: string;
      readonly got: string;
    };

/** What the root filesystem of one platform holds, read from its layers. */
export interface PlatformContent {
  readonly platform: Platform;
  /** `name version` of every package in `/var/lib/dpkg/status.d`. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** Bytes of all layers as pushed, and of all files. */
  readonly sizes: { readonly compressed: number; readonly unpacked: number };
  /** As pushed, from the lowest; images share them. Sizes in bytes. */
  readonly layers: readonly { readonly digest: Sha256; readonly size: number }[];
  /** What the next release is compared with; absent in reports of versions that did not note it. */
  readonly surface?: Surface;
}

/** What of an image an attacker would look at first. Every list sorted. */
export interface Surface {
  /** Paths with a setuid or setgid bit, or with file capabilities. */
  readonly setuidFiles: readonly string[];
  /** Paths of programs: what can be run in a folder for programs, links to it too. */
  readonly executables: readonly string[];
  /** `8080/tcp`: what the config exposes, and what listened for others while the example's server ran. Absent: it was not run. */
  readonly openPorts?: readonly string[];
}

export interface TestReport {
  readonly checks: readonly CheckResult[];
  readonly contents: readonly PlatformContent[];
}

/** Was run as shipped and read file by file. A failed check is a value: the gate decides. */
export interface TestedImage {
  readonly built: BuiltImage;
  readonly report: TestReport;
}

/** What a package says its licences are: data for the gate. */
export interface PackageLicence {
  /** As the lock calls it. */
  readonly package: string;
  /**
   * SPDX licence expression. `LicenseRef-…` is text that has no SPDX id, `NOASSERTION` alone that nothing is
   * known: nothing is guessed.
   */
  readonly expression: string;
}

export interface SbomDocuments {
  readonly platform: Platform;
  /** CycloneDX 1.6 JSON document. */
  readonly cyclonedx: object;
  /** SPDX 2.3 JSON document. */
  readonly spdx: object;
}

export interface PlatformSbom extends SbomDocuments {
  /** Of every package and every artifact, sorted by package. */
  readonly licences: readonly PackageLicence[];
}

/** SBOMs made from the lock; packages that lock and layers disagree on are an error before this exists. */
export interface ImageSbom {
  readonly platforms: readonly PlatformSbom[];
}

export interface GateReason {
  /** Stable name of the rule, `test-failed`. */
  readonly rule: string;
  readonly message: string;
  /** Files of decisions that it is about: they would have allowed it and do not count, or they forbid it. */
  readonly decisions?: readonly string[];
}

/** What a release is found by: written once per promotion, signed, one immutable tag each. */
export interface ReleaseRecord {
  readonly schemaVersion: 1;
  readonly repository: string;
  readonly track: string;
  /** 1 for the first release of a track; the highest counts. */
  readonly sequence: number;
  readonly digest: Sha256;
  readonly buildId: string;
  /** `3.13.5.202611210312` and `3.13`. */
  readonly tags: { readonly unique: string; readonly moving: string };
  readonly version: string;
  readonly epoch: number;
  /** ISO instant of the promotion. */
  readonly promotedAt: string;
  readonly reason: string;
  readonly previous?: Sha256;
  /** An older image was released again: the unique tag of the release it went back from. */
  readonly rolledBackFrom?: string;
  /** What this track went back from so far: never released again. */
  readonly withdrawn?: readonly WithdrawnRelease[];
}

export interface WithdrawnRelease {
  readonly digest: Sha256;
  /** Its unique tag. */
  readonly tag: string;
  /** ISO instant. */
  readonly at: string;
  readonly reason: string;
}

declare const passedGate: unique symbol;

/** May be published. Only the gate makes one: JSON loses the symbol, so a stored verdict is never believed. */
export interface GatedImage {
  readonly [passedGate]: true;
  readonly tested: TestedImage;
  readonly sbom: ImageSbom;
  readonly scan: ScanReport;
}

export type GateVerdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'block'; readonly reasons: readonly [GateReason, ...GateReason[]] };

/**
 * What the gate last said of a release, or of the build that would have followed it: attested on the release, so that
 * a no is news once and not every night. A release without one passed when it was made, and was not blocked since.
 */
export interface RememberedVerdict {
  readonly schemaVersion: 1;
  readonly verdict: 'pass' | 'block';
  /** ISO instant: when it began to be so. */
  readonly since: string;
  /** What was judged: the release itself, or a build of newer inputs. */
  readonly judged: 'release' | 'next build';
  readonly buildId: string;
  readonly reasons: readonly Pick<GateReason, 'rule' | 'message'>[];
  /** Digest over the policy it was judged by. */
  readonly policy: Sha256;
}

/** In the registry by digest; no tag points at it yet. */
export interface PublishedImage {
  readonly ref: DigestRef;
  /** The same content in every team's namespace. */
  readonly copies: readonly DigestRef[];
  readonly buildId: BuildId;
}

declare const verifiedSignature: unique symbol;

/** Signed and attested, and both verified again as the registry serves them. */
export interface SignedImage {
  readonly [verifiedSignature]: true;
  readonly published: PublishedImage;
  /** Predicate types found and verified. */
  readonly attestations: readonly string[];
}

/** Found through a release record. */
export interface PromotedImage {
  readonly record: ReleaseRecord;
  readonly tags: readonly Tag[];
}

/** A track that went back: promoted again, under a newer record. */
export interface RolledBack extends PromotedImage {
  /** What was released until now. */
  readonly from: ReleaseRecord;
  /** The record under which the same image was released before. */
  readonly to: ReleaseRecord;
  /** Repositories of teams that did not have it, and got it from the golden one. */
  readonly copied: readonly string[];
}
