import type { Emulation } from '../host/emulation.ts';
import type {
  Catalog,
  CatalogEntry,
  Emit,
  ImageChanges,
  ImagePlan,
  ImageStatus,
  ImageSummary,
  Platform,
  PublishedScan,
  Relocked,
  Reproduction,
  RolledBack,
  Run,
  Target,
} from '../model/index.ts';
import type { Asked, TrackRollback } from '../pipeline/index.ts';
import type { EcrView } from '../ecr/index.ts';
import type { EcrRegistry } from '../host/aws/ecr.ts';
import type { EcrRequest, EcrViewRequest } from './open-ecr.ts';
import type { LifecycleAccess, LifecycleRequest } from './open-lifecycle.ts';
import type { ReaderRequest } from './open-reader.ts';
import type { ReadName } from './open-reader.ts';
import type { HadolintAnswer } from './run-hadolint.ts';
import type { ScanRequest } from './scan-releases.ts';
import type { Surroundings } from './surroundings.ts';
import type { TrustChoice } from './trust-choice.ts';
import type { Verifier, VerifierRequest } from './verifier.ts';

/** What a command knows before anything is started. */
export interface FactoryRequest extends LocalRequest, Pick<Surroundings, 'stdin'> {
  readonly catalog: Catalog;
  readonly target: Target;
  /** Builds the reviewed locks in the catalog's folder, and resolves nothing. */
  readonly locked?: boolean;
}

/** What is known on this machine, whatever the catalog says. */
export interface LocalRequest extends Pick<Surroundings, 'environment' | 'cwd' | 'startedAt' | 'signal'> {
  readonly emit: Emit;
}

export interface NightlyRequest {
  readonly runId: string;
  /** Folder of this run's files, `out/<run id>`. */
  readonly runDir: string;
  readonly entries: readonly CatalogEntry[];
  readonly asked: Asked;
  /** Only those that a fix of this vulnerability touches. */
  readonly cve?: string;
  /** Absent: what the target builds of itself. */
  readonly platforms?: readonly Platform[];
}

/** What may be published of an image, whether or not it can be made today. */
export type Track = Pick<CatalogEntry, 'id' | 'repository' | 'track'>;

/** The commands' view of the pipeline, bound to one catalog and target. What it started ends with it. */
export interface Factory extends AsyncDisposable {
  nightly(request: NightlyRequest): Promise<Run>;
  plan(entries: readonly CatalogEntry[]): Promise<readonly ImagePlan[]>;
  status(tracks: readonly Track[]): Promise<readonly ImageStatus[]>;
  rollback(request: TrackRollback): Promise<RolledBack>;
}

export interface HostEmulation extends Emulation {
  /** Registered by `local start --emulation`, so `local stop` takes it away. */
  readonly isOurs: boolean;
}

/** Builder, registry and cache of this machine. They need no catalog: a broken one must not keep them running. */
export interface LocalServices {
  /** Tells the registry's host and port. */
  start(): Promise<string>;
  /** False when nothing was running. */
  stop(): Promise<boolean>;
  /** How programs of the other platform run here already; undefined: `addEmulation` has to see to it. */
  findEmulation(): Promise<HostEmulation | undefined>;
  /** Changes the kernel for everything on this host: somebody has to have agreed. */
  addEmulation(): Promise<HostEmulation>;
  /** Takes away what `addEmulation` registered; tells the names. */
  removeEmulation(): Promise<readonly string[]>;
  /** Copies what was published into the user's own Docker engine; tells under which name. */
  load(entry: CatalogEntry, catalog: Catalog): Promise<string>;
  /** Removes downloads, builder and toolbox, never releases or keys; tells how many bytes that were. */
  clean(): Promise<number>;
}

/** Images of a catalog whose locks are written anew. */
export interface LockRequest extends LocalRequest {
  readonly catalog: Catalog;
  readonly entries: readonly CatalogEntry[];
}

/** A tool set whose lock was written anew. */
export interface RelockedTools {
  readonly name: string;
  readonly file: string;
  /** `libssl3t64 3.5.8-1 → 3.5.9-1` */
  readonly changes: readonly string[];
}

export interface ReproduceRequest extends Omit<ReaderRequest, 'names'> {
  /** Reference, or image id. */
  readonly name: string;
}

/** Builds a published image again. What it started ends with it. */
export interface Reproducer extends AsyncDisposable {
  reproduce(): Promise<Reproduction>;
  /** Gives the scripts that build it. */
  export(folder: string): Promise<readonly string[]>;
}

/** Images that are only looked at: any registry's, with or without a catalog. */
export interface InspectRequest extends LocalRequest {
  readonly target: Target;
  readonly trust: TrustChoice;
  /** `linux/arm64`; absent: this host's, else the only one. */
  readonly platform?: string;
  readonly openCatalog: () => Promise<Catalog>;
}

export interface ShowRequest extends InspectRequest {
  readonly name: string;
}

export interface DiffRequest extends InspectRequest {
  readonly before: ReadName;
  readonly after: ReadName;
}

/** Makes the real things. Commands get it as an argument, so that tests can put something else behind them. */
export interface Openers {
  openFactory(request: FactoryRequest): Promise<Factory>;
  openLocal(request: LocalRequest): Promise<LocalServices>;
  openReproducer(request: ReproduceRequest): Promise<Reproducer>;
  scanReleases(request: ScanRequest): Promise<readonly PublishedScan[]>;
  openVerifier(request: VerifierRequest): Promise<Verifier>;
  relockTools(request: LocalRequest): Promise<readonly RelockedTools[]>;
  relockImages(request: LockRequest): Promise<readonly Relocked[]>;
  openEcr(request: EcrRequest): Promise<EcrRegistry>;
  openEcrView(request: EcrViewRequest): Promise<EcrView & Disposable>;
  openLifecycle(request: LifecycleRequest): Promise<LifecycleAccess>;
  showImage(request: ShowRequest): Promise<ImageSummary>;
  diffImages(request: DiffRequest): Promise<ImageChanges>;
  runHadolint(files: readonly string[], request: LocalRequest): Promise<HadolintAnswer>;
}
