import type { EcrDifference, EcrPlan, EcrPlanned, JsonObject } from '../../model/index.ts';
import type { RepositoryRetention } from '../lifecycle/retention-rules.ts';
import { lifecycleOf } from './desired.ts';
import { fits } from './same.ts';

/** Days for which lifecycle rules hold that were not made anew: they shield more than they have to, and no less. */
const RULES_HOLD_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface RulesOfDays {
  readonly now: Date;
  readonly retentions: ReadonlyMap<string, RepositoryRetention>;
}

/** Where a registry is not as its catalog wants it, in the plan's order. Last year's rules are as good as today's. */
export function driftOf({ resources }: EcrPlan, rules: RulesOfDays): readonly EcrDifference[] {
  return resources.flatMap((planned): readonly EcrDifference[] => {
    const name = planned.repository === undefined ? {} : { repository: planned.repository };
    if (planned.action === 'create') {
      return [{ ...name, state: 'missing', fields: [] }];
    }
    const fields = planned.action === 'foreign' ? [] : fieldsOf(planned, rules);
    return fields.length === 0 ? [] : [{ ...name, state: 'differs', fields }];
  });
}

function fieldsOf(
  planned: Extract<EcrPlanned, { readonly action: 'change' | 'leave' }>,
  rules: RulesOfDays,
): EcrDifference['fields'] {
  const kept = rules.retentions.get(planned.repository ?? '');
  const changes = planned.action === 'change' ? planned.changes : [];
  const changed = changes.filter(
    (change) => change.field !== 'lifecycle' || !isOlder(change.from, kept, rules.now),
  );
  return [...changed, ...planned.kept].map(({ field }) => field);
}

/** Whether they are the rules of a day that is not long ago. */
function isOlder(is: JsonObject | undefined, kept: RepositoryRetention | undefined, now: Date): boolean {
  return (
    kept !== undefined &&
    Array.from({ length: RULES_HOLD_DAYS }, (_, days) => new Date(now.getTime() - days * DAY_MS)).some(
      (day) => fits('lifecycle', is, lifecycleOf(kept, day)),
    )
  );
}
