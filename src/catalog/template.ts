import { InternalError } from '../model/index.ts';
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

function fillText(text: string, { tag }: TemplateVariables): string {
  return text.replaceAll(VARIABLE, (_all, name: string) => {
    switch (name) {
      case 'tag':
        return tag;
      case VERSION:
        return `{{${VERSION}}}`;
      default:
        throw new InternalError(`an unknown variable "${name}" passed the rules`);
    }
  });
}

/** `{{name}}`, and nothing else of what a template engine knows: loading one takes longer than reading all stacks. */
const VARIABLE = /(?<!\{)\{\{\s*([\w.]+)\s*\}\}(?!\})/g;

function mistakesIn(text: string, known: readonly string[]): string[] {
  if (text.replaceAll(VARIABLE, '').includes('{{')) {
    return [`expected {{tag}} or plain text, got ${JSON.stringify(text)}`];
  }
  const names = [...text.matchAll(VARIABLE)].map(([, name = '']) => name);
  return names
    .filter((name) => !known.includes(name))
    .map((name) => `unknown variable "${name}"${didYouMean(name, known) || ', expected {{tag}}'}`);
}
