import type { z } from 'zod';
import { valueAt } from './partly.ts';
import type { FieldPath } from './partly.ts';
import { didYouMean, oneOf } from './suggest.ts';

export interface Mistake {
  readonly path: FieldPath;
  readonly message: string;
}

/** Issues of a schema as `expected X, got Y`, one per place. `keysAt` names the keys an object may have. */
export function mistakesOf(
  issues: readonly z.core.$ZodIssue[],
  written: unknown,
  keysAt: (path: FieldPath) => readonly string[],
): Mistake[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return [{ path: issue.path, message: messageOf(issue, valueAt(written, issue.path)) }];
    }
    return issue.keys.map((key) => {
      const known = keysAt(issue.path);
      const help = didYouMean(key, known) || `, expected ${oneOf(known)}`;
      return { path: [...issue.path, key], message: `unknown key "${key}"${help}` };
    });
  });
}

function messageOf(issue: z.core.$ZodIssue, got: unknown): string {
  return `expected ${expectedBy(issue)}, got ${gotText(issue, got)}`;
}

/** The patterns and unions of the schema say themselves what they expect. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    return TYPE_NAMES[issue.expected] ?? issue.message;
  }
  if (issue.code === 'invalid_value') {
    return oneOf(issue.values.map(String));
  }
  if (issue.code === 'too_small') {
    return sizeText('at least', issue.minimum, issue.origin);
  }
  if (issue.code === 'too_big') {
    return sizeText('at most', issue.maximum, issue.origin);
  }
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  array: [' entry', ' entries'],
  string: [' character', ' characters'],
};

function sizeText(bound: string, count: number | bigint, origin: string): string {
  const [one, more] = UNITS[origin] ?? ['', ''];
  return `${bound} ${String(count)}${count === 1 ? one : more}`;
}

function gotText(issue: z.core.$ZodIssue, got: unknown): string {
  if (issue.code === 'invalid_key') {
    return JSON.stringify(issue.path.at(-1));
  }
  if (issue.code === 'too_small' && Array.isArray(got)) {
    return String(got.length);
  }
  if (issue.code === 'invalid_union' && got !== undefined) {
    return valueText(got);
  }
  return kindText(got);
}

function kindText(got: unknown): string {
  if (Array.isArray(got)) {
    return 'a list';
  }
  if (typeof got === 'object' && got !== null) {
    return 'an object';
  }
  return got === undefined ? 'nothing' : valueText(got);
}

/** A password in a URL is a mistake, and not for logs. */
function valueText(got: unknown): string {
  return JSON.stringify(got).replaceAll(/(?<=:\/\/)[^\s"/]*@/g, '…@');
}
