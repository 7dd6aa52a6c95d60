export { decideGate } from './decide-gate.ts';
export { decisionsFor, expiredHolds, expiredText } from './decisions.ts';
export type { DecisionsFor } from './decisions.ts';
export {
  decisionsOnDrift,
  decisionsOnEntry,
  decisionsOnFindings,
  decisionsOnPackages,
} from './decision-uses.ts';
export { endOfLifeWarnings } from './end-of-life.ts';
export { driftNotices } from './drift-rules.ts';
export type { Compared, GateFacts, PreviousRelease } from './facts.ts';
export { distinctLicences, factsOf, gate, lockedAt } from './gate-stage.ts';
export type { GateRequest, GateResult } from './gate-stage.ts';
export { followVerdict } from './remember-verdict.ts';
export type { FollowedVerdict, NewVerdict } from './remember-verdict.ts';
export type { GateConditions } from './rules.ts';
export { requiredScannersLooked } from './scanner-rules.ts';
export { isAbout, waiversOf } from './waivers.ts';
export type { FilesLookedFor } from './waivers.ts';
