import { FactoryError } from './error.ts';

/** One mistake in a written file. A file is read to its end and every problem is reported in one go. */
export interface Problem {
  /** Path as the user knows it, relative to the catalog's folder: `images/node.json`. */
  readonly file: string;
  /** JSON path in the file, `tracks[1].platforms[0]`; empty for the whole file. */
  readonly field: string;
  /** `expected X, got Y` or another short reason, and what to do. */
  readonly message: string;
}

/** `images/node.json: tracks[1].platforms[0]: expected …` */
export function problemText(problem: Problem): string {
  const place = problem.field === '' ? problem.file : `${problem.file}: ${problem.field}`;
  return `${place}: ${problem.message}`;
}

/** For what cannot be used because of them; every one is a line of it. */
export function catalogError(what: string, problems: readonly Problem[]): FactoryError {
  const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`;
  const lines = problems.map(problemText).join('\n');
  const message = `cannot use ${what}: ${count} in it\n${lines}`;
  return problems.every(({ file }) => file.startsWith('decisions/'))
    ? new FactoryError('DECISION_INVALID', message, {
        hint: 'docs/exceptions.md explains every field; an exception that cannot be read allows nothing',
      })
    : new FactoryError('CATALOG_INVALID', message, { hint: 'docs/catalog.md explains every field' });
}

/** `['tracks', 1, 'dates', 'end-of-life']` → `tracks[1].dates.end-of-life` */
export function fieldText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') {
        return `[${part}]`;
      }
      const key = String(part);
      if (!/^[\w$-]+$/.test(key)) {
        return `[${JSON.stringify(key)}]`;
      }
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}
