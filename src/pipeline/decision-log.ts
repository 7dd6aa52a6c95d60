import type { DecisionsMet } from '../model/index.ts';

/** Gathers, while an image goes through its stages, what it needs of the decisions about it. */
export interface DecisionLog {
  add(met: DecisionsMet): void;
  soFar(): DecisionsMet;
}

export function createDecisionLog(): DecisionLog {
  let met: DecisionsMet = { asked: [], uses: [] };
  return {
    add: ({ asked, uses }) => {
      met = { asked: [...met.asked, ...asked], uses: [...met.uses, ...uses] };
    },
    soFar: () => met,
  };
}
