import type { Decision } from './decision.ts';
import type { CheckSettings } from './check.ts';
import type { ArtifactRequest } from './artifact.ts';
import type { EcrSettings } from './ecr.ts';
import type { ImageId, Platform, Sha256, Tag, Variant } from './identity.ts';
import type { ScannerSettings } from './scanners.ts';
import type { Problem } from './problem.ts';
import type { Schedule } from './schedule.ts';
import type { Signing } from './signing.ts';
import type { Severity } from './scan.ts';

/** A package left out of the closure on purpose; the lock keeps the reason. */
export interface PackageExclusion {
  readonly package: string;
  readonly reason: string;
}

/** A further apt repository, as far as it decides what an image is made of: where it is, its `AptPlace` says. */
export interface AptRepository {
  /** As the catalog and locks call it. */
  readonly name: string;
  /** Its suites for the image's own Debian release: `trixie-pgdg`. */
  readonly suites: readonly string[];
  readonly component: string;
  /** Patterns of the packages that may come from it. */
  readonly packages: readonly string[];
}

/** Where a further apt repository is, and whose signature counts. */
export interface AptPlace {
  readonly name: string;
  /** Without a slash at its end. */
  readonly url: string;
  /** File with OpenPGP public keys, relative to the catalog. */
  readonly key: string;
}

export interface TreeLink {
  /** Absolute path of the link in the image. */
  readonly path: string;
  readonly target: string;
}

/** Numeric user and group written into `/etc/passwd` and `/etc/group`. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** A certificate authority of the user's own. */
export interface Certificate {
  /** Distinguished name on one line. */
  readonly subject: string;
  /** PEM block, without a newline at its end. */
  readonly pem: string;
}

/** One stack of the chain an image is made of; each becomes one layer. All `{{tag}}` in the written file are filled. */
export interface Stack {
  readonly name: string;
  /** Folder of the stack below `root`: `stacks/python`. */
  readonly folder: string;
  /** Absolute folder of the catalog that has the stack: the user's, or the one ingot came with. */
  readonly root: string;
  readonly packages: readonly string[];
  readonly exclude: readonly PackageExclusion[];
  readonly artifacts: readonly ArtifactRequest[];
  /** Globs of absolute paths removed from this layer after unpacking. */
  readonly drop: readonly string[];
  readonly links: readonly TreeLink[];
  /** Names of partials in `templates/partials/steps/`, run in the layer's stage after unpacking. */
  readonly steps: readonly string[];
  /** Stacks below whose finished layers the steps read, in `/below/<stack>`. */
  readonly reads: readonly string[];
  /** The stack's own files, by path in the image without the leading slash: digest. */
  readonly files: Readonly<Record<string, Sha256>>;
  /** Where this layer's packages may come from besides Debian, and those of the layers above; absent: nowhere. */
  readonly repositories?: readonly AptRepository[];
  /** Certificate authorities added to the bundle of a stack below. */
  readonly certificates?: { readonly below: string; readonly added: readonly Certificate[] };
  /** Compiled for this layer, `de_DE.UTF-8`. */
  readonly locale?: string;
  /** True where dpkg installs and configures the packages on what the layers below hold; else they are unpacked. */
  readonly isInstalled: boolean;
}

/** Where the image's version comes from: a package of its closure, or an artifact. */
export type VersionSource =
  { readonly kind: 'package'; readonly name: string } | { readonly kind: 'artifact'; readonly name: string };

/** One program run in the finished image by the test stage. */
export interface ExampleRun {
  readonly command: readonly string[];
}

/** What examples call the registry of the catalog's images, and their build argument REGISTRY says. */
export const EXAMPLE_REGISTRY = 'registry.example.com/golden';

/** An image of the catalog that an example's Dockerfile builds or copies from. */
export interface ExampleBase {
  readonly repository: string;
  readonly track: string;
}

/** What a developer would build on the image, `example/Dockerfile`: it answers `GET /` on `port` with 200 and `body`. */
export interface ExampleApp {
  readonly bases: readonly ExampleBase[];
  readonly port: number;
  readonly body: string;
}

/** Data of the test stage: what is mounted at `/example`, and what is run there. */
export interface StackExample {
  /** Debian packages whose files are unpacked under `/example`, for images that have no program of their own. */
  readonly packages: readonly string[];
  /** Prints `stdout` and exits 0. */
  readonly hello: ExampleRun & { readonly stdout: string };
  /** Prints a line with `ready`, runs until its stop signal; with `port`, answers `GET /` with 200 and `body`. */
  readonly server?: ExampleRun & { readonly ready: string; readonly port?: number; readonly body?: string };
  /** Built by the dev image of the stack, or by the runtime image where there is none. */
  readonly app?: ExampleApp;
}

export interface ImageConfig {
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workdir: string;
  /** Numeric `uid:gid`. */
  readonly user: string;
  /** Accounts of `/etc/passwd` and `/etc/group`. */
  readonly accounts: readonly Account[];
  readonly stopSignal: string;
}

/** Curated intent of one image. Checked, but nothing has been looked up yet. */
export interface CatalogEntry {
  readonly id: ImageId;
  /** File and field it was written in, for messages. */
  readonly file: string;
  readonly field: string;
  /** Repository below the target's prefix, `python` or `python-dev`. */
  readonly repository: string;
  /** Moving tag. */
  readonly track: Tag;
  readonly variant: Variant;
  readonly title: string;
  readonly description: string;
  readonly platforms: readonly Platform[];
  /** Debian suite codename, `trixie`. */
  readonly suite: string;
  /** From the lowest layer to the top; the last one is the image's own stack. */
  readonly stacks: readonly Stack[];
  readonly version: VersionSource;
  readonly config: ImageConfig;
  readonly example: StackExample;
  /** What apt in a dev image asks. */
  readonly archives: Required<Archives>;
  /** ISO dates, `2029-10-31`. */
  readonly dates: { readonly release: string; readonly endOfLife: string };
  readonly annotations: Readonly<Record<string, string>>;
}

/** An image that cannot be made, as its own file is wrong or a stack it is made of. What is published of it stays. */
export interface BrokenImage {
  /** Where its name or tag cannot be read, the file it is written in. */
  readonly id: ImageId;
  readonly repository: string;
  /** Absent where it cannot be read. */
  readonly track?: Tag;
  readonly variant: Variant;
  readonly platforms: readonly Platform[];
  /** Its own, as far as it is known. */
  readonly stacks: readonly Pick<Stack, 'name'>[];
  readonly problems: readonly Problem[];
}

/** What the gate demands, from the catalog: docs/gate.md. */
export interface Policy {
  readonly requiredScanners: readonly string[];
  /** Hours. */
  readonly maxFeedAgeHours: number;
  /** Hours; an attested scan is made fresh when half of them have passed. */
  readonly maxScanAgeHours: number;
  /** A vulnerability blocks once its fix has been out for this many days. */
  readonly graceDays: Readonly<Record<Severity, number>>;
  /** What attackers use already gets no grace, and blocks without a fix too. */
  readonly blockKnownExploited: boolean;
  /** Severities that block while there is no fix. */
  readonly blockUnfixed: readonly Severity[];
  /** Patterns of SPDX licence ids, with `*` for any characters. */
  readonly deniedLicences: readonly string[];
  /** Of what a pull downloads, against the release before. */
  readonly maxGrowthPercent: number;
  readonly requireTestReport: boolean;
  /** What appears in an image or disappears from it by itself blocks. */
  readonly blockDrift: boolean;
}

/** gzip is what every registry, engine and scanner reads; zstd is smaller, and faster to unpack. */
export type Compression = 'gzip' | 'zstd';

/** How attestations stand beside an image: cosign's `.att` tag, or Sigstore bundles as OCI referrers. */
export const ATTESTATION_FORMS = ['classic', 'bundle', 'both'] as const;
export type AttestationForm = (typeof ATTESTATION_FORMS)[number];

/** A registry ingot publishes to. */
export type Target = {
  readonly name: string;
  /** Absent: by the key pair of this installation, and by nothing else. */
  readonly signing?: Signing;
} & (
  | { readonly kind: 'local' }
  | {
      readonly kind: 'registry';
      readonly registry: string;
      readonly prefix: string;
      /** Absent or true: a copy of every .deb and artifact is kept beside the image. */
      readonly inputs?: boolean;
      /** Of layers; absent: gzip. */
      readonly compression?: Compression;
      /** Absent: classic. */
      readonly attestations?: AttestationForm;
      /** Where the registry is AWS's: `registry` is its host. */
      readonly ecr?: EcrSettings;
    }
);

/** A target whose registry is AWS's. */
export type EcrTarget = Extract<Target, { readonly kind: 'registry' }> & { readonly ecr: EcrSettings };

export function isInEcr(target: Target): target is EcrTarget {
  return target.kind === 'registry' && target.ecr !== undefined;
}

/** Mirrors the catalog names itself; used only where the host's apt has none. */
export interface Archives {
  readonly debian?: string;
  readonly debianSecurity?: string;
}

/** Mirrors, and what keeps the .debs that they drop. */
export interface LastingArchives extends Archives {
  /** Base URL of snapshot.debian.org, or of what speaks its paths. */
  readonly snapshot?: string;
}

/** Where upstream releases are that have a place of their own, and whom to believe about them. */
export interface UpstreamPlaces {
  readonly nodejs: {
    /** Base URL of the releases, without a slash at its end. */
    readonly url: string;
    /** Files with release keys, relative to the catalog; absent, those that come with ingot count. */
    readonly keys: readonly string[] | undefined;
  };
}

export interface Team {
  readonly name: string;
  /** Repository prefix, `team-a`. */
  readonly namespace: string;
  readonly owner: string;
  readonly images: readonly TeamImage[];
  readonly aws: TeamPrincipals;
}

export interface TeamImage {
  /** Of its repository, `python`. */
  readonly name: string;
  /** Absent: all of them. */
  readonly tracks?: readonly Tag[];
}

/** Who in AWS may pull from the namespace. */
export interface TeamPrincipals {
  /** ARNs of roles, users or accounts. */
  readonly principals: readonly string[];
  /** Further accounts whose workloads pull, twelve digits each. */
  readonly accounts: readonly string[];
}

/** Everything the written files say. */
export interface Catalog {
  /** Absolute folder of `catalog.json`. */
  readonly folder: string;
  readonly entries: readonly CatalogEntry[];
  readonly broken: readonly BrokenImage[];
  readonly teams: readonly Team[];
  readonly targets: readonly Target[];
  readonly policy: Policy;
  readonly scanners: ScannerSettings;
  readonly archives: LastingArchives;
  readonly repositories: readonly AptPlace[];
  readonly check: CheckSettings;
  readonly decisions: readonly Decision[];
  readonly sources: UpstreamPlaces;
  readonly schedule: Schedule;
}
