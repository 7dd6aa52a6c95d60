import { LineCounter, parseDocument } from 'yaml';
import { fieldText, type Problem } from '../../../model/index.ts';
import { StructureTest } from './schema.ts';
import { mistakeText } from './shape.ts';

/** A structure test as it was written. */
export interface StructureTestText {
  /** Its path as the user knows it. */
  readonly file: string;
  readonly text: string;
}

export type ParsedStructureTest =
  | { readonly kind: 'parsed'; readonly test: StructureTest }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** The one variable that a `stack.json` has as well. */
const VARIABLE = /\{\{\s*tag\s*\}\}/g;

/** Fills `{{tag}}` with the track's tag and reads the tests. Every mistake is reported. */
export function parseStructureTest({ file, text }: StructureTestText, tag: string): ParsedStructureTest {
  const unknown = unknownVariables(file, text);
  if (unknown.length > 0) {
    return { kind: 'invalid', problems: unknown };
  }
  const filled = text.replaceAll(VARIABLE, () => tag);
  const { problems, written } = readYaml(file, filled);
  return problems.length > 0 ? { kind: 'invalid', problems } : checkShape(file, written);
}

/** Before YAML is read, so that lines are the file's own. */
function unknownVariables(file: string, text: string): readonly Problem[] {
  return text.split('\n').flatMap((line, index) =>
    (line.replaceAll(VARIABLE, '').match(/\{\{.*?(\}\}|$)/g) ?? []).map((got) => ({
      file,
      field: `line ${index + 1}`,
      message: `expected {{tag}} or plain text, got ${JSON.stringify(got)}`,
    })),
  );
}

interface Yaml {
  readonly problems: readonly Problem[];
  readonly written?: unknown;
}

function readYaml(file: string, text: string): Yaml {
  const lines = new LineCounter();
  const options = { schema: 'failsafe', merge: true, lineCounter: lines, prettyErrors: false } as const;
  const document = parseDocument(text, options);
  const problems = document.errors.map(({ message, pos }) => ({
    file,
    field: `line ${lines.linePos(pos[0]).line}`,
    message,
  }));
  if (problems.length > 0) {
    return { problems };
  }
  try {
    return { problems, written: document.toJS() as unknown };
  } catch (error) {
    // An alias without an anchor, or so many that they only want to fill the memory; a merge of what is no object.
    if (error instanceof Error) {
      return { problems: [{ file, field: '', message: error.message }] };
    }
    throw error;
  }
}

function checkShape(file: string, written: unknown): ParsedStructureTest {
  const parsed = StructureTest.safeParse(written, { error: mistakeText });
  if (parsed.success) {
    return { kind: 'parsed', test: parsed.data };
  }
  const problems = parsed.error.issues.map(({ path, message }) => ({
    file,
    field: fieldText(path),
    message: `${message}${testText(written, path)}`,
  }));
  return { kind: 'invalid', problems };
}

/** ` in test "version"`: a list of tests is long, and its tests have names. */
function testText(written: unknown, [list, index]: readonly PropertyKey[]): string {
  const test = list === undefined || index === undefined ? undefined : at(at(written, list), index);
  const name = typeof test === 'object' ? at(test, 'name') : undefined;
  return typeof name === 'string' ? ` in test "${name}"` : '';
}

function at(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
