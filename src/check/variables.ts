import type { BuildStage, Dockerfile, Instruction } from './dockerfile.ts';

/** What variables hold; one that was declared without a value is not in it. */
export type Variables = ReadonlyMap<string, string>;

export interface Expanded {
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

/** Replaces variables as BuildKit would without `--build-arg`, and removes quotes. */
export function expand(written: string, variables: Variables): Expanded {
  const missing: string[] = [];
  let text = '';
  let end = 0;
  for (const { 0: match, index, groups = {} } of written.matchAll(REFERENCE)) {
    const { escaped, plain, braced, modifier = '', word = '' } = groups;
    const filled = valueOf({ name: plain ?? braced ?? '', modifier, word }, variables);
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
}

function valueOf({ name, modifier, word }: Reference, variables: Variables): Expanded {
  const value = variables.get(name);
  const isSet = value !== undefined && (value !== '' || !modifier.startsWith(':'));
  if (modifier.endsWith('+')) {
    return isSet ? expand(word, variables) : { text: '', missing: [] };
  }
  if (isSet) {
    return { text: value, missing: [] };
  }
  return modifier === '' ? { text: '', missing: [name] } : expand(word, variables);
}

function unquoted(text: string): string {
  return text.replaceAll(/["']/g, '');
}

/** What FROM sees: the ARGs before the first one. Platform ARGs have values only when an image is built. */
export function globalVariables({ head }: Dockerfile): Variables {
  return withDeclared(new Map(), new Map(), head);
}

/** What an instruction of the stage that stands before `line` sees; an ARG without a default takes the global one. */
export function stageVariables(stage: BuildStage, globals: Variables, line: number): Variables {
  const before = stage.instructions.filter((each) => each.line < line && !each.isTrigger);
  return withDeclared(new Map(), globals, before);
}

function withDeclared(start: Variables, globals: Variables, instructions: readonly Instruction[]): Variables {
  const variables = new Map(start);
  for (const instruction of instructions) {
    for (const [name, written] of declarationsOf(instruction)) {
      const value = written === undefined ? globals.get(name) : expand(written, variables).text;
      if (value !== undefined) {
        variables.set(name, value);
      }
    }
  }
  return variables;
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
  const words = text.match(/(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|[^\s\\"'])+/g) ?? [];
  return words.map((word) => {
    const equals = word.indexOf('=');
    return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
  });
}
