import path from 'node:path';
import { z } from 'zod';
import { fieldText, type Problem } from '../model/index.ts';
import { mistakesOf } from './issues.ts';
import { jsonFaults } from './json-text.ts';
import { valueAt, without } from './partly.ts';
import type { FieldPath, Partly } from './partly.ts';
import { readText } from './read-files.ts';

/** One file as it was written: its valid parts, and what is wrong with the others. */
export interface WrittenFile<T> {
  /** Relative to the catalog's folder. */
  readonly file: string;
  readonly value: Partly<T>;
  readonly problems: readonly Problem[];
}

/** Reads `file` below `folder` and checks its shape; never fails, but tells. */
export async function readWrittenFile<Schema extends z.ZodType<object>>(
  folder: string,
  file: string,
  schema: Schema,
): Promise<WrittenFile<z.output<Schema>>> {
  const read = await readText(path.join(folder, file));
  return 'found' in read
    ? parseWrittenFile(file, read.found, schema)
    : broken(file, [{ file, field: '', message: `expected a readable file, got ${read.got}` }]);
}

/** As `readWrittenFile`, from text. */
export function parseWrittenFile<Schema extends z.ZodType<object>>(
  file: string,
  text: string,
  schema: Schema,
): WrittenFile<z.output<Schema>> {
  const faults = jsonFaults(text).map(({ path: at, message }) => ({ file, field: fieldText(at), message }));
  const raw = parseJson(text);
  if (raw === undefined) {
    return broken(file, faults);
  }
  const parsed = schema.safeParse(raw.value);
  if (parsed.success) {
    // What is complete is partly there as well; TypeScript cannot follow that for a type it does not know yet.
    return { file, value: parsed.data as Partly<z.output<Schema>>, problems: faults };
  }
  const mistakes = mistakesOf(parsed.error.issues, raw.value, (at) =>
    keysAt(z.toJSONSchema(schema, { io: 'input' }), at, raw.value),
  );
  const valid =
    without(
      raw.value,
      mistakes.map((mistake) => mistake.path),
    ) ?? {};
  return {
    file,
    value: valid as Partly<z.output<Schema>>,
    problems: [
      ...faults,
      ...mistakes.map(({ path: at, message }) => ({ file, field: fieldText(at), message })),
    ],
  };
}

function broken<T>(file: string, problems: readonly Problem[]): WrittenFile<T> {
  return { file, value: {} as Partly<T>, problems };
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The keys a JSON schema allows at `path` of `value`; of alternatives, those of all that `value` may be meant as. */
function keysAt(schema: z.core.JSONSchema._JSONSchema, path: FieldPath, value: unknown): readonly string[] {
  if (typeof schema === 'boolean') {
    return [];
  }
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (alternatives.length > 0) {
    const meant = alternatives.filter((alternative) => mayBeMeant(alternative, value));
    const known = meant.length > 0 ? meant : alternatives;
    return [...new Set(known.flatMap((alternative) => keysAt(alternative, path, value)))];
  }
  const [first, ...rest] = path;
  return first === undefined
    ? Object.keys(schema.properties ?? {})
    : keysAt(below(schema, first), rest, valueAt(value, [first]));
}

/** Alternatives are told apart by what they fix: `"kind": "npm"`. */
function mayBeMeant(schema: z.core.JSONSchema._JSONSchema, value: unknown): boolean {
  const properties = typeof schema === 'boolean' ? {} : (schema.properties ?? {});
  return Object.entries(properties).every(
    ([key, inner]) =>
      typeof inner === 'boolean' || inner.const === undefined || inner.const === valueAt(value, [key]),
  );
}

function below(schema: z.core.JSONSchema.JSONSchema, key: PropertyKey): z.core.JSONSchema._JSONSchema {
  const inner =
    typeof key === 'number'
      ? schema.items
      : (schema.properties?.[String(key)] ?? schema.additionalProperties);
  return inner === undefined || Array.isArray(inner) ? false : inner;
}
