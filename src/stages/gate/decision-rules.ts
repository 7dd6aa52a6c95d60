import { withdrawalOf, type GateReason } from '../../model/index.ts';
import { aboutDecisions, decisionsFor } from './decisions.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

/** What was withdrawn is not published again, and what is published and was withdrawn has to be replaced. */
export function notWithdrawn(
  { entry, release }: GateFacts,
  { decisions }: GateConditions,
): readonly GateReason[] {
  const decision =
    release === undefined ? undefined : withdrawalOf(decisions, { ...release, image: entry.id });
  if (decision === undefined) {
    return [];
  }
  const { file, reason, owner } = decision;
  const message = `${file} withdrew ${release?.uniqueTag ?? release?.digest ?? ''}: ${reason} (${owner}); \`ingot rollback ${entry.id}\` goes back to the release before`;
  return [{ rule: 'release-withdrawn', message, ...aboutDecisions([decision]) }];
}

/**
 * A freeze or a hold that has ended lets nothing through by itself: that it ended may have been forgotten in an
 * incident. Somebody prolongs it, or removes the file.
 */
export function noDecisionRanOut(
  { entry, expiredHolds = [] }: GateFacts,
  conditions: GateConditions,
): readonly GateReason[] {
  const { inForce, expired } = decisionsFor('freeze', entry.id, conditions);
  const freezes = inForce.length > 0 ? [] : expired;
  return [...freezes, ...expiredHolds].map((decision) => {
    const { kind, file, expires, owner } = decision;
    const what = kind === 'hold' ? `${decision.package} at ${decision.version}` : entry.id;
    const message = `${file} ${HELD[kind]} ${what} until ${expires}: remove it, or prolong it (${owner})`;
    return { rule: `${kind}-expired`, message, ...aboutDecisions([decision]) };
  });
}

const HELD = { freeze: 'froze', hold: 'held' } as const;
