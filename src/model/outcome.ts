import type { EcrDrift } from './ecr-plan.ts';
import type { BrokenImage, CatalogEntry, Stack } from './catalog.ts';
import type { DecisionsMet, FreezeDecision } from './decision.ts';
import type { Postponement } from './due.ts';
import type { FactoryError } from './error.ts';
import type { BuildId, DigestRef, ImageId } from './identity.ts';
import type { ReleaseChanges } from './image-changes.ts';
import type { Lock } from './lock.ts';
import type { GateReason, ReleaseRecord, TestReport } from './records.ts';
import type { ScanReport } from './scan.ts';
import { catalogError } from './problem.ts';
import type { Stage } from './stage.ts';

/** How a run ended for one image. The report is a fold over these. */
export type ImageOutcome =
  | {
      readonly kind: 'released' | 'unchanged';
      readonly id: ImageId;
      readonly ref: DigestRef;
      readonly record: ReleaseRecord;
      readonly buildId: BuildId;
      readonly scan: ScanReport;
      readonly report: TestReport;
      /** Against the release before it; absent for a first release, and where nothing was released. */
      readonly changes?: ReleaseChanges;
      /** That this release brought; absent where it brought none, and where nothing was released. */
      readonly fixes?: readonly ReleasedFix[];
    }
  | {
      readonly kind: 'blocked';
      readonly id: ImageId;
      readonly reasons: readonly GateReason[];
      /** ISO instant: since when policy says no, to this build or to those before it. */
      readonly failingSince: string;
      /** One of the reasons was never told: somebody has to look. */
      readonly isNews: boolean;
      /** Stays published meanwhile; absent where nothing is. */
      readonly published?: { readonly ref: DigestRef; readonly record: ReleaseRecord };
      readonly buildId: BuildId;
      readonly scan: ScanReport;
      readonly report: TestReport;
    }
  | {
      /** A decision keeps it at what is published: nothing was built. What is published was scanned, if it could be. */
      readonly kind: 'frozen';
      readonly id: ImageId;
      readonly by: FreezeDecision;
      /** Absent where nothing was published yet. */
      readonly ref?: DigestRef;
      readonly record?: ReleaseRecord;
      readonly buildId?: BuildId;
      readonly scan?: ScanReport;
      readonly report?: TestReport;
    }
  | {
      /** It failed too often to be tried in every run. What is published was scanned, if it could be. */
      readonly kind: 'postponed';
      readonly id: ImageId;
      readonly postponed: Postponement;
      /** Absent where nothing was published yet. */
      readonly ref?: DigestRef;
      readonly record?: ReleaseRecord;
      readonly buildId?: BuildId;
      readonly scan?: ScanReport;
      readonly report?: TestReport;
    }
  | {
      /** A source is down: what was published before stays. */
      readonly kind: 'kept';
      readonly id: ImageId;
      readonly at: Stage;
      readonly ref: DigestRef;
      readonly record: ReleaseRecord;
      readonly error: FactoryError;
    }
  | { readonly kind: 'failed'; readonly id: ImageId; readonly at: Stage; readonly error: FactoryError };

/** A source package of Debian's security archive that is newer than in the release before. */
export interface ReleasedFix {
  readonly source: string;
  readonly version: string;
  /** ISO instants: since when the fix is known to exist, and when the image with it had its tags. */
  readonly since: string;
  readonly releasedAt: string;
}

export interface StageTiming {
  readonly stage: Stage;
  readonly status: 'done' | 'skipped' | 'failed';
  /** Milliseconds. */
  readonly ms: number;
}

/** What one run did for one image. */
export interface ImageRun {
  readonly entry: Pick<CatalogEntry, 'id' | 'variant' | 'platforms'> & {
    readonly stacks: readonly Pick<Stack, 'name'>[];
  };
  readonly outcome: ImageOutcome;
  readonly stages: readonly StageTiming[];
  /** Absent where resolving failed. */
  readonly lock?: Lock;
  /** What a person should know about its inputs and what stopped nothing. */
  readonly notices?: readonly string[];
  /** Absent: nothing was found out. */
  readonly decisions?: DecisionsMet;
}

/** No stage can begin with it. */
export function brokenRun(entry: BrokenImage): ImageRun {
  const outcome = { kind: 'failed', id: entry.id, at: 'resolve', error: brokenError(entry) } as const;
  return { entry, outcome, stages: [] };
}

/** Why nothing can be done with an image. */
export function brokenError({ problems }: BrokenImage): FactoryError {
  return catalogError('the catalog entry', problems);
}

/** One run of the main job, from its first event to its last. */
export interface Run {
  readonly runId: string;
  /** ISO instants. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly target: string;
  readonly images: readonly ImageRun[];
  /** Absent where the target is no registry of AWS's, or this run did not look. */
  readonly drift?: EcrDrift;
  /** Absent where the run ended before. */
  readonly cache?: CacheTrim;
}

/** What became of the cache at the end of a run: of downloads, builders and toolboxes, without BuildKit's own. */
export interface CacheTrim {
  /** What is left. */
  readonly bytes: number;
  /** More than it only if this run, or a command beside it, uses so much. */
  readonly maxBytes: number;
  /** Of what was not used for longest. */
  readonly removedBytes: number;
}
