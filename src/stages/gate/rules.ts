import type { Decision, GateReason, Policy } from '../../model/index.ts';
import type { GateFacts } from './facts.ts';

/** Policy and time, the same for every image of a run. */
export interface GateConditions {
  readonly policy: Policy;
  readonly decisions: readonly Decision[];
  /** Start of the run. */
  readonly now: Date;
}

/** One demand of the gate. Gives every reason it has to say no. */
export type GateRule = (facts: GateFacts, conditions: GateConditions) => readonly GateReason[];
