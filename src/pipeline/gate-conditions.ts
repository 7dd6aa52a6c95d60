import type { GateConditions } from '../stages/gate/index.ts';
import type { PlanDeps } from './deps.ts';

/** What the catalog demands and allows, at the time the run started. */
export function gateConditions({
  catalog,
  runStartedAt,
}: Pick<PlanDeps, 'catalog' | 'runStartedAt'>): GateConditions {
  return { policy: catalog.policy, decisions: catalog.decisions, now: runStartedAt };
}
