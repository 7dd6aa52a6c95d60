import type { LimitFunction } from 'p-limit';
import type { Builder } from '../host/builder/index.ts';
import type {
  AttestationForm,
  Catalog,
  CatalogEntry,
  Compression,
  DecisionsSource,
  Emit,
  Lock,
  Platform,
  Sha256,
  ToolLock,
} from '../model/index.ts';
import type { RegistryClient, SeenBlobs } from '../oci/index.ts';
import type { SeenReleases, WriteDeps } from '../stages/promote/index.ts';
import type { TemplateSources } from '../stages/render/index.ts';
import type { OpenArchive, ResolveDeps } from '../stages/resolve/index.ts';
import type { KnownExploited, Scanner } from '../stages/scan/index.ts';
import type { FurtherSigner, SignDeps } from '../stages/sign/index.ts';
import type { TestDeps, WrittenStructureTest } from '../stages/test/index.ts';
import type { Attempts } from './attempts.ts';
import type { FetchedTools } from './tools.ts';

export interface ToolLocks {
  /** By Debian release. */
  readonly toolboxes: ReadonlyMap<string, ToolLock>;
  readonly builder: ToolLock;
}

/** What planning needs: nothing of it builds, writes to a registry or needs root. */
export interface PlanDeps {
  readonly catalog: Catalog;
  readonly runStartedAt: Date;
  readonly resolve: ResolveDeps;
  readonly archive: OpenArchive;
  /** Where a run builds what was reviewed: gives an image's lock, instead of resolving against newer indexes. */
  readonly reviewedLock?: (entry: CatalogEntry) => Promise<Lock>;
  readonly templates: TemplateSources;
  /** What is built of each image. */
  readonly platforms: readonly Platform[];
  /** Of layers, as the target wants them. */
  readonly compression: Compression;
  /** Digests of the files an image is tested with. */
  readonly tests: (entry: CatalogEntry) => Promise<Readonly<Record<string, Sha256>>>;
  /** Locks in force. */
  readonly locks: ToolLocks;
  readonly registry: RegistryClient;
  readonly verify: WriteDeps['verify'];
  /** In which form the target wants attestations; absent: in the classic one. */
  readonly attestations?: AttestationForm;
  /** Of a command that only reads: a registry that goes back in time is refused. */
  readonly seen?: SeenReleases;
  /** Registry and prefix of the golden repositories, `127.0.0.1:5000/golden`. */
  readonly goldenPrefix: string;
  /** Registry of the target, which team namespaces stand in too. */
  readonly registryAddress: string;
}

/** Everything the stages of a run work with. */
export interface RunDeps extends PlanDeps {
  readonly target: string;
  /** Where each input was seen in this run; absent if the target gets no copy of inputs beside its images. */
  readonly inputsSeen?: SeenBlobs;
  /** Refuses what would have no place to go, before it is made; absent where pushing makes the place. */
  readonly assertRepositories?: (repositories: readonly string[]) => Promise<void>;
  readonly builder: Builder;
  readonly fetchToolbox: (suite: string) => Promise<FetchedTools>;
  /** Where the toolbox of that name is kept between runs; it stays there while this one uses it. */
  readonly toolboxFolder: (name: string) => Promise<string>;
  /** The builder's own. */
  readonly hostPlatform: Platform;
  readonly sign: SignDeps & WriteDeps;
  /** Beside the key, if the target names any. */
  readonly furtherSigners: readonly FurtherSigner[];
  /** PEM of the key that signs. */
  readonly publicKey: string;
  readonly scanners: readonly Scanner[];
  /** Absent where the catalog asks for none. */
  readonly knownExploited?: () => Promise<KnownExploited>;
  /** What attestations say of whoever makes them. */
  readonly attestor: {
    /** Version of ingot. */
    readonly ingot: string;
    readonly builderId: string;
  };
  /** The reviewed state of `decisions/`. */
  readonly decisionsSource: DecisionsSource;
  /** What an image's stacks promise, as it stands in the catalog. */
  readonly structureTests: (entry: CatalogEntry) => Promise<readonly WrittenStructureTest[]>;
  readonly test: Omit<TestDeps, 'engine' | 'buildExample' | 'ownTests'>;
  /** Build contexts and layouts of this run; removed at its end. */
  readonly workDir: string;
  /** Keeps what a person needs to understand the run, in its folder. */
  readonly writeRecord: (image: string, name: string, content: string) => Promise<void>;
  readonly attempts: Attempts;
  readonly pools: RunPools;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What a run works with while it goes on. */
export interface RunningDeps extends RunDeps {
  readonly run: {
    readonly id: string;
    /** The clock, for what is attested: when a build began and ended. Nothing else may depend on it. */
    readonly now: () => Date;
  };
}

/** How many images at the same time. */
export interface RunPools {
  /** Under way at all: most of them wait for another resource. */
  readonly images: LimitFunction;
  readonly builds: LimitFunction;
  /** While the next ones are built. */
  readonly tests: LimitFunction;
}
