import { FactoryError } from '../model/index.ts';
import type { VersionConstraint, VersionOperator } from './version.ts';

/** One package name of a relation field, with what it asks of the package. */
export interface Alternative {
  readonly name: string;
  /** After the colon: an architecture, `any` or `native`. */
  readonly qualifier?: string;
  readonly constraint?: VersionConstraint;
}

/** Alternatives in their order of preference; one of them has to be there. */
export type Alternatives = readonly Alternative[];

/** Name (policy 5.6.1), qualifier, and version (policy 5.6.12) in parentheses. */
const ALTERNATIVE =
  /^([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?(?:\s*\(\s*(<<|<=|<|=|>=|>>|>)\s*([a-z0-9][a-z0-9.+~:-]*)\s*\))?$/i;

/** `<` and `>` mean "or equal", as dpkg still reads them (deb-control(5)). */
const OPERATORS: Readonly<Record<string, VersionOperator>> = {
  '<<': '<<',
  '<=': '<=',
  '<': '<=',
  '=': '=',
  '>=': '>=',
  '>': '>=',
  '>>': '>>',
};

/** Reads Depends, Provides, Conflicts and the other fields of policy 7.1, as binary packages have them. */
export function parseRelation(field: string): readonly Alternatives[] {
  return field
    .split(',')
    .filter((group) => group.trim() !== '')
    .map((group) => group.split('|').map(parseAlternative));
}

/** The same, as one would write it in a control file. */
export function relationText(alternatives: Alternatives): string {
  return alternatives.map(alternativeText).join(' | ');
}

function parseAlternative(text: string): Alternative {
  const [, name, qualifier, written, version] = ALTERNATIVE.exec(text.trim()) ?? [];
  if (name === undefined) {
    throw new FactoryError(
      'INDEX_INVALID',
      `cannot read relation "${text.trim()}": expected "name", "name:arch" or "name (>= version)"`,
    );
  }
  const operator = written === undefined ? undefined : OPERATORS[written];
  return {
    name,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(operator === undefined || version === undefined ? {} : { constraint: { operator, version } }),
  };
}

function alternativeText({ name, qualifier, constraint }: Alternative): string {
  const qualified = qualifier === undefined ? name : `${name}:${qualifier}`;
  return constraint === undefined ? qualified : `${qualified} (${constraint.operator} ${constraint.version})`;
}
