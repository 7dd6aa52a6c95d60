import type { Sha256 } from '../../model/index.ts';
import { compareWithEcr, type EcrAnswer, type Compared } from './compare-ecr.ts';
import { evaluateLifecycle, isActedOn, type Judged } from './evaluate.ts';
import { guard, withKeepTags, type Endangered, type Guarded } from './guard.ts';
import type { EcrImage } from './image.ts';
import { deletable, leftOver } from './left-over.ts';
import { afterNextRelease } from './next-release.ts';
import type { LifecyclePolicy } from './policy.ts';
import { settle, type Settled } from './settle.ts';
import type { Uses } from './uses.ts';

/** How long nobody may look again. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** `wanted` are those of the catalog or of a plan; `in-force` are ECR's own, where they take something else. */
export type RulesOf = 'wanted' | 'in-force';

export interface PreviewInput {
  readonly repository: string;
  readonly rules: RulesOf;
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
  readonly rules: RulesOf;
  readonly policy: LifecyclePolicy;
  readonly images: number;
  /** In the order in which it goes. */
  readonly going: readonly Judged[];
  /** In use, and it would go. */
  readonly endangered: readonly Endangered[];
  /** In use, and stays by the tag that it gets; without, it would go now or with the next release. */
  readonly kept: readonly Endangered[];
  /** Tags that keep what `lookedIn` does not use: nothing is said of them where not all is known. */
  readonly unneededTags: Guarded['unneeded'];
  readonly lookedIn: readonly string[];
  /** What belongs to an image that is not there, now or after that: no rule can tell it from others. */
  readonly leftOver: readonly Pick<EcrImage, 'digest' | 'tags' | 'bytes'>[];
  /** Of that, what belongs to an image that is not there now, and did not yesterday. */
  readonly deletable: readonly Sha256[];
  readonly ecr: Compared;
}

export function previewRepository(input: PreviewInput): RepositoryPreview {
  const { repository, rules, images, policy, nowMs, uses, lookedIn, ecr } = input;
  const untouched = settle(images, policy, nowMs);
  const { endangered, unneeded } = guard(images, untouched, uses);
  const { kept, lost, settled } = input.isKeeping
    ? keep(input, endangered)
    : { kept: [], lost: endangered, settled: untouched };
  return {
    repository,
    rules,
    policy,
    images: images.length,
    going: settled.actedOn,
    endangered: lost,
    kept,
    unneededTags: lookedIn.length === 0 ? [] : unneeded,
    lookedIn,
    leftOver: leftOver(settled.staying.map(({ image }) => image)),
    deletable: deletable(images, nowMs),
    ecr: ecr.kind === 'unanswered' ? ecr : compareWithEcr(firstEvaluation(input), ecr),
  };
}

interface Kept {
  readonly kept: readonly Endangered[];
  /** What a tag does not keep: rules that were written by hand need not shield it. */
  readonly lost: readonly Endangered[];
  readonly settled: Settled;
}

function keep({ images, policy, nowMs, uses }: PreviewInput, endangered: readonly Endangered[]): Kept {
  const soon = guard(images, settle(images, afterNextRelease(policy), nowMs + DAY_MS), uses).endangered;
  const wanted = [...new Map([...endangered, ...soon].map((each) => [each.image.digest, each])).values()];
  const tagged = wanted.length === 0 ? images : withKeepTags(images, wanted);
  const settled = settle(tagged, policy, nowMs);
  const lost = guard(tagged, settled, uses).endangered;
  const gone = new Set(lost.map(({ image }) => image.digest));
  return { kept: wanted.filter(({ image }) => !gone.has(image.digest)), lost, settled };
}

/** What ECR itself calculates: one evaluation, without what follows from it. */
function firstEvaluation({ images, policy, nowMs }: PreviewInput): ReadonlyMap<Sha256, Judged> {
  const judged = evaluateLifecycle(images, policy, nowMs).filter(({ fate }) => isActedOn(fate));
  return new Map(judged.map((each) => [each.image.digest, each]));
}
