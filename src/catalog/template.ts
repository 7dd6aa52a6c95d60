import Handlebars from 'handlebars';
import type { FieldPath } from './partly.ts';
import { didYouMean } from './suggest.ts';
import type { Mistake } from './issues.ts';

/** What a stack's strings may name: nothing but what differs between the tracks of one image. */
export interface TemplateVariables {
  readonly tag: string;
}

const VARIABLES = ['tag'] as const satisfies readonly (keyof TemplateVariables)[];

/** Known to the lock alone: values of an environment keep it until the image is rendered. */
const VERSION = 'version';

/** Everything in double braces that is not a known variable, wherever in `value` it stands. */
export function templateMistakes(value: unknown, path: FieldPath = []): Mistake[] {
  if (typeof value === 'string') {
    const known = path.at(-2) === 'environment' ? [...VARIABLES, VERSION] : VARIABLES;
    return value.includes('{{') ? mistakesIn(value, known).map((message) => ({ path, message })) : [];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const parts: readonly (readonly [PropertyKey, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return parts.flatMap(([key, part]) => {
    const inKey = typeof key === 'string' ? templateMistakes(key, [...path, key]) : [];
    return [...inKey, ...templateMistakes(part, [...path, key])];
  });
}

/** A copy of `value` in which every string, and every key, has its variables filled. */
export function filled<T>(value: T, variables: TemplateVariables): T {
  return fillAny(value, variables) as T;
}

function fillAny(value: unknown, variables: TemplateVariables): unknown {
  if (typeof value === 'string') {
    return fillText(value, variables);
  }
  if (Array.isArray(value)) {
    return value.map((part) => fillAny(part, variables));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, part]) => [
    fillText(key, variables),
    fillAny(part, variables),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** Compiling takes a millisecond, and there are thousands of strings and keys: nearly all are plain. */
function fillText(text: string, variables: TemplateVariables): string {
  if (!text.includes('{{')) {
    return text;
  }
  const known = { ...variables, [VERSION]: `{{${VERSION}}}` };
  return Handlebars.compile(text, { strict: true, noEscape: true, knownHelpersOnly: true })(known);
}

function mistakesIn(text: string, known: readonly string[]): string[] {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(text);
  } catch {
    return [`expected {{tag}} or plain text, got ${JSON.stringify(text)}`];
  }
  return program.body.flatMap((statement) => {
    if (statement.type === 'ContentStatement') {
      return [];
    }
    const name = variableOf(statement);
    if (name === undefined) {
      return [`expected {{tag}} or plain text, got ${JSON.stringify(text)}`];
    }
    return known.includes(name)
      ? []
      : [`unknown variable "${name}"${didYouMean(name, known) || ', expected {{tag}}'}`];
  });
}

/** `{{name}}`; nothing for a block, a partial, a comment or a helper with arguments. */
function variableOf(statement: hbs.AST.Statement): string | undefined {
  if (statement.type !== 'MustacheStatement') {
    return undefined;
  }
  const { path, params } = statement as hbs.AST.MustacheStatement;
  return params.length === 0 && path.type === 'PathExpression'
    ? (path as hbs.AST.PathExpression).original
    : undefined;
}
