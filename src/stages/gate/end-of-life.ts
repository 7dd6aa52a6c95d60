import { matchesPattern, type Decision, type GateReason } from '../../model/index.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

const DAY_MS = 86_400_000;

/** Long enough before the end to move to the next track. */
const NOTICE_DAYS = 90;

/** Nobody fixes what upstream has given up, unless somebody answers for going on with it. */
export function notPastEndOfLife({ entry }: GateFacts, conditions: GateConditions): readonly GateReason[] {
  const { endOfLife } = entry.dates;
  if (daysLeft(endOfLife, conditions.now) >= 0 || extension(entry, conditions) !== undefined) {
    return [];
  }
  const expired = extensions(entry, conditions).map(
    ({ file, expires }) => `; the decision ${file} expired on ${expires}`,
  );
  return [{ rule: 'end-of-life', message: `support ended on ${endOfLife}${expired.join('')}` }];
}

/** What is near its end, and what is past it and goes on because of a decision. */
export function endOfLifeWarnings(
  entry: GateFacts['entry'],
  conditions: Omit<GateConditions, 'policy'>,
): readonly string[] {
  const { endOfLife } = entry.dates;
  const days = daysLeft(endOfLife, conditions.now);
  if (days > NOTICE_DAYS) {
    return [];
  }
  if (days >= 0) {
    return [`support ends on ${endOfLife}, in ${days} days`];
  }
  const decision = extension(entry, conditions);
  if (decision === undefined) {
    return [];
  }
  const { file, expires, owner, reason } = decision;
  return [`support ended on ${endOfLife}; ${file} goes on until ${expires}: ${reason} (${owner})`];
}

/** The one that counts longest. */
function extension(
  entry: GateFacts['entry'],
  conditions: Omit<GateConditions, 'policy'>,
): Decision | undefined {
  return extensions(entry, conditions)
    .filter(({ expires }) => daysLeft(expires, conditions.now) >= 0)
    .toSorted((a, b) => (a.expires < b.expires ? 1 : -1))[0];
}

function extensions(
  entry: GateFacts['entry'],
  { decisions }: Pick<GateConditions, 'decisions'>,
): readonly Decision[] {
  return decisions.filter(
    (decision) => decision.kind === 'extend' && matchesPattern(entry.id, decision.target),
  );
}

/** Days left after today; the last day itself counts. A date that cannot be read is past. */
function daysLeft(date: string, now: Date): number {
  const days = Math.ceil((Date.parse(`${date}T00:00:00Z`) + DAY_MS - now.getTime()) / DAY_MS) - 1;
  return Number.isNaN(days) ? -1 : days;
}
