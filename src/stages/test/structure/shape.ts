import { RE2JS } from 're2js';
import { z } from 'zod';

/*
 * Building blocks of the schemas. Files are read with YAML's failsafe schema, in which every scalar is the text
 * that stands there: `value: 8080` and `value: 3.10` are texts to container-structure-test, too.
 */

/** An object with these keys and no others. */
export function record<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `expected the keys ${known}, got ${issue.keys.map((key) => `"${key}"`).join(', ')}`
        : undefined,
  });
}

/** A text of the form; `expected` describes it. */
export function text(form: RegExp, expected: string): z.ZodString {
  return z
    .string()
    .regex(form, { error: ({ input }) => `expected ${expected}, got ${JSON.stringify(input)}` });
}

export const Text = z.string();
export const Name = text(/./, 'a text');
export const Words = z.array(Text).default([]);

export const Whole = text(/^\d+$/, 'a whole number').transform(Number);

/** What Go's yaml.v2 takes for a truth value: container-structure-test reads its files with that. */
const TRUE = /^([yY]|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^([nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

export const Truth = text(new RegExp(`${TRUE.source}|${FALSE.source}`), '"true" or "false"').transform(
  (word) => TRUE.test(word),
);

/** Google's linear-time regular expressions, which container-structure-test is defined with (Go's `regexp`). */
export const Pattern = z.string().superRefine((pattern, context) => {
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `expected an RE2 regular expression, got ${JSON.stringify(pattern)} (${reason})`;
    context.addIssue({ code: 'custom', message });
  }
});

export const Patterns = z.array(Pattern).default([]);

/** What a value that is no such thing is refused with; blocks with words of their own go before it. */
export function mistakeText(issue: z.core.$ZodRawIssue): string {
  const got = kindText(issue.input);
  if (issue.code === 'invalid_type') {
    return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}, got ${got}`;
  }
  if (issue.code === 'invalid_value') {
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}, got ${got}`;
  }
  return issue.code === 'too_small'
    ? `expected at least ${String(issue.minimum)}, got ${got}`
    : `expected another value, got ${got}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
};

function kindText(got: unknown): string {
  if (Array.isArray(got)) {
    return got.length === 0 ? 'an empty list' : 'a list';
  }
  if (typeof got === 'object' && got !== null) {
    return 'an object';
  }
  return got === undefined || got === null ? 'nothing' : JSON.stringify(got);
}
