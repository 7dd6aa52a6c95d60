import type { BuildStage, Dockerfile, Instruction } from './dockerfile.ts';
import { wordsOf } from './lines.ts';

/** What variables hold; one that was declared without a value is not in it. */
export type Variables = ReadonlyMap<string, string>;

const NONE: Variables = new Map();

export interface Expanded {
  /** What has no value stands as it was written. */
  readonly text: string;
  /** Variables without a value. */
  readonly missing: readonly string[];
}

/** `$NAME`, `${NAME}` with a modifier, or an escaped character: Dockerfile reference "Environment replacement". */
const REFERENCE = new RegExp(
  [
    String.raw`\\(?<escaped>.)`,
    String.raw`\$(?<plain>[A-Za-z_]\w*)`,
    String.raw`\$\{(?<braced>[A-Za-z_]\w*)(?:(?<modifier>:?[-+])(?<word>(?:[^{}]|\$\{[^{}]*\})*))?\}`,
  ].join('|'),
  'g',
);

/** Replaces variables as BuildKit does, and removes quotes. */
export function expand(written: string, variables: Variables): Expanded {
  const missing: string[] = [];
  let text = '';
  let end = 0;
  for (const { 0: match, index, groups = {} } of written.matchAll(REFERENCE)) {
    const { escaped, plain, braced, modifier = '', word = '' } = groups;
    const filled = valueOf({ name: plain ?? braced ?? '', modifier, word, written: match }, variables);
    text += unquoted(written.slice(end, index)) + (escaped ?? filled.text);
    missing.push(...(escaped === undefined ? filled.missing : []));
    end = index + match.length;
  }
  return { text: text + unquoted(written.slice(end)), missing };
}

interface Reference {
  readonly name: string;
  /** `-`, `:-`, `+`, `:+` or nothing. */
  readonly modifier: string;
  readonly word: string;
  readonly written: string;
}

function valueOf({ name, modifier, word, written }: Reference, variables: Variables): Expanded {
  const value = variables.get(name);
  const isSet = value !== undefined && (value !== '' || !modifier.startsWith(':'));
  if (modifier.endsWith('+')) {
    return isSet ? expand(word, variables) : { text: '', missing: [] };
  }
  if (isSet) {
    return { text: value, missing: [] };
  }
  return modifier === '' ? { text: written, missing: [name] } : expand(word, variables);
}

function unquoted(text: string): string {
  return text.replaceAll(/["']/g, '');
}

/** What FROM sees: the ARGs before the first one. `buildArgs` (`--build-arg`) take the place of their defaults. */
export function globalVariables(head: readonly Instruction[], buildArgs: Variables): Variables {
  return declaredIn(head, buildArgs, NONE);
}

/** What an instruction of the stage that stands before `line` sees; an ARG without a default takes the global one. */
export function stageVariables(stage: BuildStage, { globals }: Dockerfile, line: number): Variables {
  const before = stage.instructions.filter((each) => each.line < line && !each.isTrigger);
  return declaredIn(before, NONE, globals);
}

function declaredIn(
  instructions: readonly Instruction[],
  buildArgs: Variables,
  globals: Variables,
): Variables {
  const variables = new Map<string, string>();
  for (const [name, written] of instructions.flatMap(declarationsOf)) {
    const value =
      buildArgs.get(name) ?? (written === undefined ? globals.get(name) : known(written, variables));
    if (value !== undefined) {
      variables.set(name, value);
    }
  }
  return variables;
}

/** A value that needs a variable without one is none. */
function known(written: string, variables: Variables): string | undefined {
  const { text, missing } = expand(written, variables);
  return missing.length === 0 ? text : undefined;
}

/** `NAME=value` pairs of ARG and ENV, and ENV's old form `NAME value`; `undefined` for an ARG without a default. */
export function declarationsOf({
  keyword,
  text,
}: Pick<Instruction, 'keyword' | 'text'>): readonly (readonly [name: string, value: string | undefined])[] {
  if (keyword !== 'ARG' && keyword !== 'ENV') {
    return [];
  }
  const spaced = keyword === 'ENV' ? /^([^\s=]+)\s+([\s\S]+)$/.exec(text) : null;
  if (spaced !== null) {
    return [[spaced[1] ?? '', spaced[2]]];
  }
  return wordsOf(text).map((word) => {
    const equals = word.indexOf('=');
    return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
  });
}
