import {
  matchesPattern,
  packagesOn,
  type Decision,
  type HoldDecision,
  type ImageId,
  type Lock,
} from '../../model/index.ts';
import type { GateConditions } from './rules.ts';

type Kind = Decision['kind'];
type DecisionOf<K extends Kind> = Extract<Decision, { readonly kind: K }>;

/** The decisions of one kind about one image. */
export interface DecisionsFor<K extends Kind> {
  /** The one that counts longest first. */
  readonly inForce: readonly DecisionOf<K>[];
  /** They allow nothing any more; the reason why an image is blocked names them. */
  readonly expired: readonly DecisionOf<K>[];
}

/** Which decisions of a kind count for an image at the start of the run. */
export function decisionsFor<K extends Kind>(
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

const DAY_MS = 86_400_000;

/** Days left after today; the last day itself counts. A date that cannot be read is past. */
export function daysLeft(date: string, now: Date): number {
  const days = Math.ceil((Date.parse(`${date}T00:00:00Z`) + DAY_MS - now.getTime()) / DAY_MS) - 1;
  return Number.isNaN(days) ? -1 : days;
}
