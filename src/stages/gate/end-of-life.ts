import { daysLeft, type GateReason } from '../../model/index.ts';
import { aboutDecisions, decisionsFor, expiredText } from './decisions.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

/** Long enough before the end to move to the next track. */
const NOTICE_DAYS = 90;

/** Nobody fixes what upstream has given up, unless somebody answers for going on with it. */
export function notPastEndOfLife({ entry }: GateFacts, conditions: GateConditions): readonly GateReason[] {
  const { endOfLife } = entry.dates;
  const { inForce, expired } = decisionsFor('extend', entry.id, conditions);
  if (daysLeft(endOfLife, conditions.now) >= 0 || inForce.length > 0) {
    return [];
  }
  const message = `support ended on ${endOfLife}${expiredText(expired)}`;
  return [{ rule: 'end-of-life', message, ...aboutDecisions(expired) }];
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
  const [decision] = decisionsFor('extend', entry.id, conditions).inForce;
  if (decision === undefined) {
    return [];
  }
  const { file, expires, owner, reason } = decision;
  return [`support ended on ${endOfLife}; ${file} goes on until ${expires}: ${reason} (${owner})`];
}
