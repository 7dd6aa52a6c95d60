import type { EcrChange, EcrKept, EcrPlan, EcrPlanned, Json, JsonObject } from '../model/index.ts';
import { printable } from './printable.ts';
import { countText } from './units.ts';

const SIGNS = { create: '+', change: '~', leave: '=', foreign: '?' } as const;
const ACTIONS = Object.keys(SIGNS) as EcrPlanned['action'][];

/** `ingot ecr plan`, for whoever has to agree to it. */
export function ecrPlanText({ target, account, region, resources }: EcrPlan): string {
  const counts = ACTIONS.map((action) => {
    const count = resources.filter((each) => each.action === action).length;
    return `${count} ${COUNTED[action]}`;
  });
  return [
    `${target}: account ${account}, ${region}`,
    ...resources.flatMap(plannedLines),
    counts.join(', '),
  ].join('\n');
}

const COUNTED = {
  create: 'to create',
  change: 'to change',
  leave: 'as they have to be',
  foreign: 'not managed here',
} as const;

function plannedLines(planned: EcrPlanned): readonly string[] {
  const title = `${SIGNS[planned.action]} ${printable(planned.repository ?? 'registry settings')}`;
  switch (planned.action) {
    case 'create':
      return [title, ...planned.changes.map(newLine)];
    case 'change':
      return [title, ...planned.changes.flatMap(changeLines), ...planned.kept.map(keptLine)];
    case 'leave':
      return [title, ...planned.kept.map(keptLine)];
    case 'foreign':
      return [`${title}: ${planned.reason}`];
  }
}

function newLine({ field, to }: EcrChange): string {
  return `    ${field}: ${summary(to)}`;
}

/** Policies of what is new are as long as they are many: the plan file has them whole. */
function summary(value: EcrChange['to']): string {
  const { Statement: statements, rules }: { readonly Statement?: Json; readonly rules?: Json } =
    typeof value === 'object' ? (value as JsonObject) : {};
  if (isList(statements)) {
    return countText(statements.length, 'statement');
  }
  return isList(rules) ? countText(rules.length, 'rule') : printable(JSON.stringify(value));
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
  if (isList(value)) {
    return new Map(value.flatMap((each, index) => [...leavesOf(`${place}[${index}]`, each)]));
  }
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).flatMap(([key, each]) => [...leavesOf(`${place}.${key}`, each)]));
  }
  return new Map([[place, JSON.stringify(value)]]);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
