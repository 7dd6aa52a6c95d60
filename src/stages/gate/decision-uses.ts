import {
  daysLeft,
  packagesOn,
  type CatalogEntry,
  type DecisionsMet,
  type DecisionUse,
  type Lock,
} from '../../model/index.ts';
import { decisionsFor } from './decisions.ts';
import { acceptanceUses } from './drift-rules.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';
import { waiverUses } from './waivers.ts';

type Conditions = Pick<GateConditions, 'decisions' | 'now'>;

/** What an image needs whatever it holds. An extension that was written in good time is needed as well. */
export function decisionsOnEntry(
  { id, dates: { endOfLife } }: Pick<CatalogEntry, 'id' | 'dates'>,
  conditions: Conditions,
): DecisionsMet {
  const freezes = decisionsFor('freeze', id, conditions).inForce;
  const extensions = decisionsFor('extend', id, conditions).inForce.filter(
    ({ expires }) => expires > endOfLife,
  );
  const ends = daysLeft(endOfLife, conditions.now) < 0 ? 'ended' : 'ends';
  return {
    asked: ['freeze', 'extend'],
    uses: [
      ...freezes.map(({ file }) => ({ file, what: 'nothing new is released' })),
      ...extensions.map(({ file }) => ({ file, what: `support ${ends} on ${endOfLife}` })),
    ],
  };
}

/** Holds of packages that the image has, whether or not the archive has newer ones. */
export function decisionsOnPackages(
  { id }: Pick<CatalogEntry, 'id'>,
  { platforms }: Pick<Lock, 'platforms'>,
  conditions: Conditions,
): DecisionsMet {
  const packages = platforms.flatMap(packagesOn);
  const uses = decisionsFor('hold', id, conditions).inForce.flatMap((hold): readonly DecisionUse[] => {
    const held = packages.filter(({ name, source }) => hold.package === name || hold.package === source.name);
    const names = [...new Set(held.map(({ name, version }) => `${name} ${version}`))].sort();
    return names.length === 0 ? [] : [{ file: hold.file, what: names.join(', ') }];
  });
  return { asked: ['hold'], uses };
}

/** Waivers, as far as every scanner looked: what one that did not look would find is not known to be gone. */
export function decisionsOnFindings(
  facts: Pick<GateFacts, 'entry' | 'scan' | 'filesLookedFor'>,
  conditions: Conditions,
): DecisionsMet {
  const isWhole = facts.scan.results.every(({ status }) => status !== 'not-scanned' && status !== 'stale');
  return { asked: isWhole ? ['waive'] : [], uses: waiverUses(facts, conditions) };
}

/** What was accepted of that in which a new build differs from the release before it. */
export function decisionsOnDrift(facts: GateFacts, conditions: GateConditions): DecisionsMet {
  return { asked: ['accept'], uses: acceptanceUses(facts, conditions) };
}
