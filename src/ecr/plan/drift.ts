import type { EcrDifference, EcrPlan, EcrPlanned, JsonObject } from '../../model/index.ts';
import type { RepositoryRetention } from '../lifecycle/retention-rules.ts';
import { lifecycleOf } from './desired.ts';
import { textOf } from './same.ts';

/** Days for which lifecycle rules hold that were not made anew: they shield more than they have to, and no less. */
const RULES_HOLD_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface RulesOfDays {
  readonly now: Date;
  readonly retentions: ReadonlyMap<string, RepositoryRetention>;
}

/** Where a registry is not as its catalog wants it, in the plan's order. Last year's rules are as good as today's. */
export function driftOf({ resources }: EcrPlan, rules: RulesOfDays): readonly EcrDifference[] {
  const isOlder = createIsOlder(rules);
  return resources.flatMap((planned): readonly EcrDifference[] => {
    const name = planned.repository === undefined ? {} : { repository: planned.repository };
    if (planned.action === 'create') {
      return [{ ...name, state: 'missing', fields: [] }];
    }
    const fields = planned.action === 'foreign' ? [] : fieldsOf(planned, isOlder);
    return fields.length === 0 ? [] : [{ ...name, state: 'differs', fields }];
  });
}

function fieldsOf(
  planned: Extract<EcrPlanned, { readonly action: 'change' | 'leave' }>,
  isOlder: IsOlder,
): EcrDifference['fields'] {
  const changes = planned.action === 'change' ? planned.changes : [];
  const changed = changes.filter(
    (change) => change.field !== 'lifecycle' || !isOlder(change.from, planned.repository ?? ''),
  );
  return [...changed, ...planned.kept].map(({ field }) => field);
}

/** Whether these are a repository's rules of a day that is not long ago. */
type IsOlder = (is: JsonObject | undefined, repository: string) => boolean;

/** The rules of a year are the same for all repositories that keep the same. */
function createIsOlder({ now, retentions }: RulesOfDays): IsOlder {
  const known = new Map<string, ReadonlySet<string>>();
  return (is, repository) => {
    const kept = retentions.get(repository);
    if (kept === undefined) {
      return false;
    }
    const key = JSON.stringify(kept);
    const texts = known.get(key) ?? rulesOfYear(kept, now);
    known.set(key, texts);
    return texts.has(textOf('lifecycle', is));
  };
}

function rulesOfYear(kept: RepositoryRetention, now: Date): ReadonlySet<string> {
  const days = Array.from({ length: RULES_HOLD_DAYS }, (_, at) => new Date(now.getTime() - at * DAY_MS));
  return new Set(days.map((day) => textOf('lifecycle', lifecycleOf(kept, day))));
}
