import type { Sha256 } from '../../model/index.ts';
import type { EcrImage } from './image.ts';
import { byPriority, type LifecycleAction, type LifecyclePolicy, type LifecycleRule } from './policy.ts';
import { markedBy, selectorOf } from './select.ts';

/** What one evaluation of a policy does with an image, and why. Rules by their priority. */
export type Fate =
  | { readonly kind: 'acted-on'; readonly action: LifecycleAction['type']; readonly rule: number }
  /** A referrer: ECR does with it what it did with its subject, within 24 hours. */
  | { readonly kind: 'follows'; readonly action: LifecycleAction['type']; readonly subject: Sha256 }
  /** Marked, but an index lists it that is there, also where the index itself goes now. */
  | { readonly kind: 'held'; readonly rule: number; readonly index: Sha256 }
  /** The first rule that selects it does not mark it, and no later rule may. */
  | { readonly kind: 'kept'; readonly rule: number }
  | { readonly kind: 'unselected' };

export interface Judged {
  readonly image: EcrImage;
  readonly fate: Fate;
}

/** An index in the archive does not hold what it lists. */
type IndexOf = ReadonlyMap<Sha256, Sha256>;

/**
 * ECR's evaluation, user guide "Lifecycle policy evaluation rules": every rule marks among all the images that it
 * selects, whether others have marked them or not; an image is then acted on by the first rule that selects it, if that
 * one marked it, or by none. In the order of `images`.
 */
export function evaluateLifecycle(
  images: readonly EcrImage[],
  { rules }: LifecyclePolicy,
  nowMs: number,
): readonly Judged[] {
  const inCharge = new Map<EcrImage, LifecycleRule>();
  const marked = new Set<EcrImage>();
  let unclaimed = images;
  for (const rule of byPriority(rules)) {
    const newly = unclaimed.filter(selectorOf(rule));
    if (newly.length > 0) {
      for (const image of newly) {
        inCharge.set(image, rule);
      }
      for (const image of markedBy(rule, newly, { images, nowMs })) {
        if (inCharge.get(image) === rule) {
          marked.add(image);
        }
      }
      unclaimed = unclaimed.filter((image) => !inCharge.has(image));
    }
  }
  const indexOf = holdingIndexes(images);
  const judged = images.map((image) => {
    const fate = fateOf({
      rule: inCharge.get(image),
      isMarked: marked.has(image),
      index: indexOf.get(image.digest),
    });
    return { image, fate };
  });
  return withFollowers(judged, indexOf);
}

export function isActedOn(fate: Fate): fate is Extract<Fate, { readonly action: LifecycleAction['type'] }> {
  return fate.kind === 'acted-on' || fate.kind === 'follows';
}

interface Marking {
  readonly rule: LifecycleRule | undefined;
  readonly isMarked: boolean;
  readonly index: Sha256 | undefined;
}

function fateOf({ rule, isMarked, index }: Marking): Fate {
  if (rule === undefined) {
    return { kind: 'unselected' };
  }
  const { rulePriority, action } = rule;
  if (!isMarked) {
    return { kind: 'kept', rule: rulePriority };
  }
  return index === undefined
    ? { kind: 'acted-on', action: action.type, rule: rulePriority }
    : { kind: 'held', rule: rulePriority, index };
}

/** "… it cannot be expired or archived without the manifest list being deleted or archived first." */
function holdingIndexes(images: readonly EcrImage[]): IndexOf {
  const indexOf = new Map<Sha256, Sha256>();
  for (const { digest, children = [], storageClass } of images) {
    for (const child of storageClass === 'standard' ? children : []) {
      indexOf.set(child, digest);
    }
  }
  return indexOf;
}

/** Referrers of referrers too: a signature of an attestation. */
function withFollowers(judged: readonly Judged[], indexOf: IndexOf): readonly Judged[] {
  const actions = new Map<Sha256, LifecycleAction['type']>();
  for (const { image, fate } of judged) {
    if (isActedOn(fate)) {
      actions.set(image.digest, fate.action);
    }
  }
  let isDone = actions.size === 0;
  let result = judged;
  while (!isDone) {
    const before = actions.size;
    result = result.map(({ image, fate }) => {
      const followed = follow(image, actions);
      if (followed === undefined || isActedOn(fate) || indexOf.has(image.digest)) {
        return { image, fate };
      }
      actions.set(image.digest, followed.action);
      return { image, fate: followed };
    });
    isDone = actions.size === before;
  }
  return result;
}

function follow(
  { subject }: EcrImage,
  actions: ReadonlyMap<Sha256, LifecycleAction['type']>,
): Extract<Fate, { readonly kind: 'follows' }> | undefined {
  const action = subject === undefined ? undefined : actions.get(subject);
  return subject === undefined || action === undefined ? undefined : { kind: 'follows', action, subject };
}
