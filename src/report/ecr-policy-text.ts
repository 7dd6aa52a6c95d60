import { isJsonList, isJsonObject, type Json, type JsonObject } from '../model/index.ts';
import { printable } from './printable.ts';

/** Values by where they are in a statement, `Principal.AWS`; their order says nothing. */
type Elements = ReadonlyMap<string, readonly string[]>;

interface NamedStatement {
  /** Its Sid; statements that have none, or share one, are told apart by all they say. */
  readonly key: string;
  readonly title: string;
  readonly elements: Elements;
}

/**
 * What becomes of a policy, statement by statement: `+` and `-` whole, `~` where they differ. Both are in the one form of
 * what means the same.
 *
 * @param from absent: there is none, and all of the other is new
 */
export function policyChangeLines(from: Json | undefined, to: Json): readonly string[] {
  const before = statementsOf(from);
  const after = statementsOf(to);
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = [
    ...(from === undefined ? [] : headLines(from, to)),
    ...keys.flatMap((key) => statementLines(before.get(key), after.get(key))),
  ];
  return lines.length === 0 ? ['    policy: written otherwise, says the same'] : lines.map(printable);
}

/** What is beside the statements: `Version`, `Id`. */
function headLines(from: Json, to: Json): readonly string[] {
  return differences(headOf(from), headOf(to)).map((line) => `    policy ${line}`);
}

function headOf(policy: Json): Elements {
  const { Statement: _, ...head } = isJsonObject(policy) ? policy : {};
  return new Map(elementsOf('', head));
}

function differences(before: Elements, after: Elements): readonly string[] {
  const places = [...new Set([...before.keys(), ...after.keys()])];
  return places.flatMap((place) => elementLines(place, before.get(place) ?? [], after.get(place) ?? []));
}

function statementLines(
  before: NamedStatement | undefined,
  after: NamedStatement | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) {
    const sign = before === undefined ? '+' : '-';
    return [before, after].flatMap((only) => (only === undefined ? [] : wholeLines(sign, only)));
  }
  const changed = differences(before.elements, after.elements).map((line) => `        ${line}`);
  return changed.length === 0 ? [] : [`    policy ~ ${after.title}`, ...changed];
}

function wholeLines(sign: '+' | '-', { title, elements }: NamedStatement): readonly string[] {
  return [
    `    policy ${sign} ${title}`,
    ...[...elements].map(([place, values]) => `        ${place}: ${values.join(', ')}`),
  ];
}

function elementLines(place: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const gone = before.filter((value) => !after.includes(value));
  const come = after.filter((value) => !before.includes(value));
  if (before.length === 1 && after.length === 1 && come.length === 1) {
    return [`${place}: ${gone.join()} → ${come.join()}`];
  }
  return [...gone.map((value) => `${place} - ${value}`), ...come.map((value) => `${place} + ${value}`)];
}

function statementsOf(policy: Json | undefined): ReadonlyMap<string, NamedStatement> {
  const { Statement: written = [] } = isJsonObject(policy) ? policy : {};
  const statements = isJsonList(written) ? written.filter(isJsonObject) : [];
  const sids = statements.map(({ Sid }) => Sid);
  const named = statements.map((statement) => toNamed(statement, sids));
  return new Map(named.map((statement) => [statement.key, statement]));
}

function toNamed(statement: JsonObject, sids: readonly (Json | undefined)[]): NamedStatement {
  const { Sid, ...rest } = statement;
  const isAlone = sids.filter((other) => other === Sid).length === 1;
  const title = typeof Sid === 'string' && Sid !== '' ? Sid : 'a statement without Sid';
  return {
    key: title === Sid && isAlone ? Sid : JSON.stringify(statement),
    title,
    elements: new Map(elementsOf('', rest)),
  };
}

function elementsOf(place: string, value: Json): readonly (readonly [string, readonly string[]])[] {
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, each]) =>
      elementsOf(place === '' ? key : `${place}.${key}`, each),
    );
  }
  return [[place, (isJsonList(value) ? value : [value]).map((each) => JSON.stringify(each))]];
}
