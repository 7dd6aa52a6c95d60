import type { GateVerdict } from '../../model/index.ts';
import { nothingDrifted } from './drift-rules.ts';
import { notPastEndOfLife } from './end-of-life.ts';
import type { GateFacts } from './facts.ts';
import { noDeniedLicence } from './licences.ts';
import type { GateConditions, GateRule } from './rules.ts';
import { feedsAreFresh, requiredScannersLooked } from './scanner-rules.ts';
import { everyCheckPassed, everyPlatformTested } from './test-rules.ts';
import { noKnownExploited, noPendingSecurityUpdate, noSevereWithoutFix } from './vulnerability-rules.ts';

/** In the order of the verdict. docs/gate.md explains each. */
const RULES: readonly GateRule[] = [
  everyPlatformTested,
  everyCheckPassed,
  requiredScannersLooked,
  feedsAreFresh,
  noKnownExploited,
  noPendingSecurityUpdate,
  noSevereWithoutFix,
  noDeniedLicence,
  nothingDrifted,
  notPastEndOfLife,
];

/** May this image be released? Pure; a no has all its reasons. */
export function decideGate(facts: GateFacts, conditions: GateConditions): GateVerdict {
  const [first, ...rest] = RULES.flatMap((rule) => rule(facts, conditions));
  return first === undefined ? { kind: 'pass' } : { kind: 'block', reasons: [first, ...rest] };
}
