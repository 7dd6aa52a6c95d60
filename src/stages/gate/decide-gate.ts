import type { GateVerdict } from '../../model/index.ts';
import { notPastEndOfLife } from './end-of-life.ts';
import type { GateFacts } from './facts.ts';
import {
  everyCheckPassed,
  everyPlatformTested,
  feedsAreFresh,
  noPendingSecurityUpdate,
  requiredScannersLooked,
} from './rules.ts';
import type { GateConditions, GateRule } from './rules.ts';

/** In the order of the verdict. */
const RULES: readonly GateRule[] = [
  everyPlatformTested,
  everyCheckPassed,
  requiredScannersLooked,
  feedsAreFresh,
  noPendingSecurityUpdate,
  notPastEndOfLife,
];

/** May this image be released? Pure; a no has all its reasons. */
export function decideGate(facts: GateFacts, conditions: GateConditions): GateVerdict {
  const [first, ...rest] = RULES.flatMap((rule) => rule(facts, conditions));
  return first === undefined ? { kind: 'pass' } : { kind: 'block', reasons: [first, ...rest] };
}
