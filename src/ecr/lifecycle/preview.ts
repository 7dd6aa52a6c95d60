import type { Sha256 } from '../../model/index.ts';
import { compareWithEcr, type EcrAnswer, type Compared } from './compare-ecr.ts';
import { evaluateLifecycle, isActedOn, type Judged } from './evaluate.ts';
import { guard, withKeepTags, type Endangered, type Guarded } from './guard.ts';
import type { EcrImage } from './image.ts';
import { leftOver } from './left-over.ts';
import type { LifecyclePolicy } from './policy.ts';
import { settle } from './settle.ts';
import type { Uses } from './uses.ts';

export interface PreviewInput {
  readonly repository: string;
  readonly images: readonly EcrImage[];
  readonly policy: LifecyclePolicy;
  readonly nowMs: number;
  readonly uses: Uses;
  /** Files and clusters of which all that is in use was read; none where nobody looked, or not all could be read. */
  readonly lookedIn: readonly string[];
  readonly ecr: EcrAnswer;
  /** Whether what is in use gets a tag that keeps it. */
  readonly isKeeping: boolean;
}

/** What would become of the images of one repository. */
export interface RepositoryPreview {
  readonly repository: string;
  readonly policy: LifecyclePolicy;
  readonly images: number;
  /** In the order in which it goes. */
  readonly going: readonly Judged[];
  /** In use, and it would go. */
  readonly endangered: readonly Endangered[];
  /** In use, and stays by the tag that it gets; it would go without. */
  readonly kept: readonly Endangered[];
  /** Tags that keep what `lookedIn` does not use: nothing is said of them where not all is known. */
  readonly unneededTags: Guarded['unneeded'];
  readonly lookedIn: readonly string[];
  /** What belongs to an image that is not there, now or after that: no rule can tell it from others. */
  readonly leftOver: readonly Pick<EcrImage, 'digest' | 'tags' | 'bytes'>[];
  readonly ecr: Compared;
}

export function previewRepository(input: PreviewInput): RepositoryPreview {
  const { repository, images, policy, nowMs, uses, lookedIn, ecr, isKeeping } = input;
  const untouched = settle(images, policy, nowMs);
  const { endangered, unneeded } = guard(images, untouched, uses);
  const kept = isKeeping ? endangered : [];
  const settled = kept.length === 0 ? untouched : settle(withKeepTags(images, kept), policy, nowMs);
  return {
    repository,
    policy,
    images: images.length,
    going: settled.actedOn,
    endangered: isKeeping ? [] : endangered,
    kept,
    unneededTags: lookedIn.length === 0 ? [] : unneeded,
    lookedIn,
    leftOver: leftOver(settled.staying.map(({ image }) => image)),
    ecr: ecr.kind === 'unanswered' ? ecr : compareWithEcr(firstEvaluation(input), ecr),
  };
}

/** What ECR itself calculates: one evaluation, without what follows from it. */
function firstEvaluation({ images, policy, nowMs }: PreviewInput): ReadonlyMap<Sha256, Judged> {
  const judged = evaluateLifecycle(images, policy, nowMs).filter(({ fate }) => isActedOn(fate));
  return new Map(judged.map((each) => [each.image.digest, each]));
}
