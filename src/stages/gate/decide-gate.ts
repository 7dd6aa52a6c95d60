import type { GateReason, GateVerdict, Policy } from '../../model/index.ts';
import type { GateFacts } from './facts.ts';
import {
  daysToEndOfLife,
  everyCheckPassed,
  everyPlatformTested,
  feedsAreFresh,
  noPendingSecurityUpdate,
  notPastEndOfLife,
  requiredScannersLooked,
} from './rules.ts';
import type { GateRule } from './rules.ts';

/** In the order of the verdict. */
const RULES: readonly GateRule[] = [
  everyPlatformTested,
  everyCheckPassed,
  requiredScannersLooked,
  feedsAreFresh,
  noPendingSecurityUpdate,
  notPastEndOfLife,
];

/** Long enough before the end to move to the next track. */
const END_OF_LIFE_NOTICE_DAYS = 90;

/** May this image be released? Pure; a no has all its reasons. */
export function decideGate(facts: GateFacts, policy: Policy, now: Date): GateVerdict {
  const [first, ...rest] = RULES.flatMap((rule) => rule(facts, { policy, now }));
  return first === undefined ? { kind: 'pass' } : { kind: 'block', reasons: [first, ...rest] };
}

/** What will say no soon. */
export function gateWarnings({ entry }: GateFacts, now: Date): readonly GateReason[] {
  const { endOfLife } = entry.dates;
  const days = daysToEndOfLife(endOfLife, now);
  return days >= 0 && days <= END_OF_LIFE_NOTICE_DAYS
    ? [{ rule: 'end-of-life', message: `support ends on ${endOfLife}, in ${days} days` }]
    : [];
}
