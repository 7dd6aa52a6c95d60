import { isJsonList, isJsonObject } from '../model/index.ts';
import type { EcrChange, EcrKept, EcrPlan, EcrPlanned, Json, JsonObject } from '../model/index.ts';
import { policyChangeLines } from './ecr-policy-text.ts';
import { printable } from './printable.ts';
import { countText } from './units.ts';

const SIGNS = { create: '+', change: '~', leave: '=', foreign: '?' } as const;
const ACTIONS = Object.keys(SIGNS) as EcrPlanned['action'][];

/** Gives policies that mean the same one form. */
export type PolicyForm = (policy: Json) => Json;

/** `ingot ecr plan`, for whoever has to agree to it. */
export function ecrPlanText({ target, account, region, resources }: EcrPlan, policyForm: PolicyForm): string {
  const policyLines = tellOnce(policyForm);
  const counts = ACTIONS.map((action) => {
    const count = resources.filter((each) => each.action === action).length;
    return `${count} ${COUNTED[action]}`;
  });
  return [
    `${target}: account ${account}, ${region}`,
    ...resources.flatMap((planned) => plannedLines(planned, policyLines)),
    counts.join(', '),
  ].join('\n');
}

const COUNTED = {
  create: 'to create',
  change: 'to change',
  leave: 'as they have to be',
  foreign: 'not managed here',
} as const;

type PolicyLines = (change: PolicyChange, name: string) => readonly string[];
type PolicyChange = Extract<EcrChange, { readonly field: 'policy' }>;

/** Most repositories have the policy of another one: who has read that has read all. */
function tellOnce(policyForm: PolicyForm): PolicyLines {
  const told = new Map<string, string>();
  return ({ from, to }, name) => {
    const lines = policyChangeLines(from && policyForm(from), policyForm(to));
    const text = lines.join('\n');
    const first = told.get(text);
    told.set(text, first ?? name);
    return first === undefined ? lines : [`    policy: as for ${printable(first)}`];
  };
}

function plannedLines(planned: EcrPlanned, policyLines: PolicyLines): readonly string[] {
  function linesOf(change: EcrChange): readonly string[] {
    if (change.field === 'policy') {
      return policyLines(change, planned.repository ?? '');
    }
    return planned.action === 'create' ? [newLine(change)] : changeLines(change);
  }
  const title = `${SIGNS[planned.action]} ${printable(planned.repository ?? 'registry settings')}`;
  switch (planned.action) {
    case 'create':
      return [title, ...planned.changes.flatMap(linesOf)];
    case 'change':
      return [title, ...planned.changes.flatMap(linesOf), ...planned.kept.map(keptLine)];
    case 'leave':
      return [title, ...planned.kept.map(keptLine)];
    case 'foreign':
      return [`${title}: ${planned.reason}`];
  }
}

function newLine({ field, to }: EcrChange): string {
  return `    ${field}: ${summary(to)}`;
}

/** Lifecycle rules of what is new: `ingot ecr preview` says what they do. */
function summary(value: EcrChange['to']): string {
  const { rules }: { readonly rules?: Json } = typeof value === 'object' ? (value as JsonObject) : {};
  return isJsonList(rules) ? countText(rules.length, 'rule') : printable(JSON.stringify(value));
}

function changeLines({ field, from, to }: EcrChange): readonly string[] {
  const before = leavesOf(field, from as Json | undefined);
  const after = leavesOf(field, to as Json);
  const places = [...new Set([...before.keys(), ...after.keys()])];
  return places
    .filter((place) => before.get(place) !== after.get(place))
    .map(
      (place) =>
        `    ${printable(`${place}: ${before.get(place) ?? 'none'} → ${after.get(place) ?? 'none'}`)}`,
    );
}

function keptLine({ field, is, wanted, reason }: EcrKept): string {
  const now = is === undefined ? 'unknown' : JSON.stringify(is);
  return `    ${field} stays ${printable(now)}, not ${JSON.stringify(wanted)}: ${reason}`;
}

/** Scalars by where they are, `policy.Statement[0].Effect`. */
function leavesOf(place: string, value: Json | undefined): ReadonlyMap<string, string> {
  if (value === undefined) {
    return new Map();
  }
  if (isJsonList(value)) {
    return new Map(value.flatMap((each, index) => [...leavesOf(`${place}[${index}]`, each)]));
  }
  if (isJsonObject(value)) {
    return new Map(Object.entries(value).flatMap(([key, each]) => [...leavesOf(`${place}.${key}`, each)]));
  }
  return new Map([[place, JSON.stringify(value)]]);
}
