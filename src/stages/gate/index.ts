export { decideGate } from './decide-gate.ts';
export { decisionsFor, expiredText } from './decisions.ts';
export type { DecisionsFor } from './decisions.ts';
export { endOfLifeWarnings } from './end-of-life.ts';
export type { GateFacts } from './facts.ts';
export { gate } from './gate-stage.ts';
export type { GateRequest, GateResult } from './gate-stage.ts';
export type { GateConditions } from './rules.ts';
