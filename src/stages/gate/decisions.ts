import {
  daysLeft,
  matchesPattern,
  packagesOn,
  type Decision,
  type DecisionKind,
  type GateReason,
  type HoldDecision,
  type ImageId,
  type Lock,
} from '../../model/index.ts';
import type { GateConditions } from './rules.ts';

type DecisionOf<K extends DecisionKind> = Extract<Decision, { readonly kind: K }>;

/** The decisions of one kind about one image. */
export interface DecisionsFor<K extends DecisionKind> {
  /** The one that counts longest first. */
  readonly inForce: readonly DecisionOf<K>[];
  /** They allow nothing any more; the reason why an image is blocked names them. */
  readonly expired: readonly DecisionOf<K>[];
}

/** Which decisions of a kind count for an image at the start of the run. */
export function decisionsFor<K extends DecisionKind>(
  kind: K,
  id: ImageId,
  { decisions, now }: Pick<GateConditions, 'decisions' | 'now'>,
): DecisionsFor<K> {
  const found = decisions
    .filter((decision): decision is DecisionOf<K> => decision.kind === kind)
    .filter(({ target }) => matchesPattern(id, target))
    .toSorted((a, b) => b.expires.localeCompare(a.expires) || a.file.localeCompare(b.file));
  return {
    inForce: found.filter(({ expires }) => daysLeft(expires, now) >= 0),
    expired: found.filter(({ expires }) => daysLeft(expires, now) < 0),
  };
}

/** Holds that ended, of packages that the lock has. */
export function expiredHolds(
  lock: Pick<Lock, 'platforms'>,
  id: ImageId,
  conditions: Pick<GateConditions, 'decisions' | 'now'>,
): readonly HoldDecision[] {
  const packages = lock.platforms.flatMap(packagesOn);
  return decisionsFor('hold', id, conditions).expired.filter((hold) =>
    packages.some(({ name, source }) => hold.package === name || hold.package === source.name),
  );
}

/** What a reason says of decisions that would have allowed it: `; the decision decisions/a.json expired on …` */
export function expiredText(expired: readonly Pick<Decision, 'file' | 'expires'>[]): string {
  return expired.map(({ file, expires }) => `; the decision ${file} expired on ${expires}`).join('');
}

/** Which decisions a reason is about, where there are any. */
export function aboutDecisions(decisions: readonly Pick<Decision, 'file'>[]): Pick<GateReason, 'decisions'> {
  return decisions.length === 0 ? {} : { decisions: decisions.map(({ file }) => file) };
}
