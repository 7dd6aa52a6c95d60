import type { FreezeDecision } from './decision.ts';
import type { Due } from './due.ts';
import type { FactoryError } from './error.ts';
import type { BuildId, DigestRef, ImageId, Platform } from './identity.ts';
import type { ReleaseRecord, RememberedVerdict, WithdrawnRelease } from './records.ts';

/** One input of a build that is not what it was in the published image. */
export interface MovedInput {
  /** Field of `BuildInputs`, and the key in it: `packages linux/amd64 base libssl3t64`. */
  readonly input: string;
  /** Absent where the input is new, or gone. */
  readonly before?: string;
  readonly after?: string;
}

/** What a run would do for one image, and why. */
export type ImagePlan =
  KnownPlan | { readonly id: ImageId; readonly action: 'failed'; readonly error: FactoryError };

export interface KnownPlan {
  readonly id: ImageId;
  readonly action: 'build' | 'keep';
  /** Absent where nothing is due. */
  readonly due?: Due;
  /** Nothing is built because of it. */
  readonly by?: FreezeDecision;
  readonly buildId: BuildId;
  /** Absent where nothing was published yet. */
  readonly published?: ReleaseRecord;
  /** These inputs were released once, and the track went back from it. */
  readonly withdrawn?: WithdrawnRelease;
  /** Empty where nothing was published yet, or nothing moved. */
  readonly moved: readonly MovedInput[];
}

/** What consumers of one image get now. */
export interface ImageStatus {
  readonly id: ImageId;
  /** Both absent where nothing was published yet. */
  readonly ref?: DigestRef;
  /** Repositories of the teams that have it as well; absent where nothing was published. */
  readonly copies?: readonly string[];
  readonly record?: ReleaseRecord;
  /** Policy says no to it, or to the build that would follow it. */
  readonly failing?: RememberedVerdict;
  /** What ECR tells of it, of targets that are there. */
  readonly ecr?: EcrStatus;
}

/** What the registry of AWS knows of a release beside its bytes; or why that is not known. */
export type EcrStatus =
  | {
      readonly kind: 'known';
      /** All of them, sorted. */
      readonly tags: readonly string[];
      /** Of the image or one of its platforms, in any namespace. Absent: none, as far as ECR has recorded. */
      readonly lastPull?: EcrPull;
      readonly scans: readonly EcrScanStatus[];
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface EcrPull {
  /** ISO instant. */
  readonly at: string;
  /** `team-a/node` */
  readonly repository: string;
}

/** Of one platform, in AWS's words. */
export interface EcrScanStatus {
  readonly platform: Platform;
  /** `COMPLETE`, `UNSUPPORTED_IMAGE`; absent: there is no scan. */
  readonly status?: string;
  /** ISO instant. */
  readonly completedAt?: string;
  /** How many findings of each, `CRITICAL`; absent where ECR does not say. */
  readonly severities?: Readonly<Record<string, number>>;
}
