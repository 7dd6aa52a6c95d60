import type { Instruction } from '../dockerfile/index.ts';

/** Words of one command, quotes removed; a substitution stays one word, `$(curl …)`. */
export type ShellCommand = readonly string[];

/** Commands joined by `|`. */
export type Pipeline = readonly ShellCommand[];

/**
 * Enough of POSIX shell's grammar (XCU 2.3, 2.9) to find which programs run with which words. It knows quotes,
 * comments, operators and substitutions; not functions, aliases, or the bodies of heredocs inside a script.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<skip>\\\n|[ \t\r]+|(?<![^\s;&|()])#[^\n]*)`,
    String.raw`(?<quoted>'[^']*'|"(?:\\[\s\S]|[^"\\])*")`,
    String.raw`(?<part>\\[\s\S]|[$<]\((?:[^()]|\([^()]*\))*\)|${'`'}[^${'`'}]*${'`'}|\d*[<>]&[\d-]?|&>>?)`,
    String.raw`(?<operator>&&|\|\||\|&?\s*|;;?|&|\n|[()])`,
    String.raw`(?<character>[\s\S])`,
  ].join('|'),
  'g',
);

/** Words before the program that do not change which program it is. */
const PREFIXES = new Set([
  'sudo',
  'env',
  'exec',
  'command',
  'time',
  'nice',
  'if',
  'elif',
  'while',
  'until',
  'then',
  'do',
  'else',
  '!',
  '{',
]);

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);

/** What a RUN starts: in its line, in words (exec form), in a heredoc that the shell reads, in a shell's `-c`. */
export function pipelinesIn({ text, heredocs }: Pick<Instruction, 'text' | 'heredocs'>): readonly Pipeline[] {
  const words = jsonWords(text);
  if (words !== undefined) {
    return withScripts([[words]]);
  }
  const [first = [], ...more] = pipelinesOf(text.replaceAll(/<<-?\s*["']?[\w.-]+["']?/g, ''));
  const program = programOf(first[0] ?? []);
  const readsHeredoc = more.length === 0 && (program === undefined || isShell(program.name));
  return withScripts(pipelinesOf([text, ...(readsHeredoc ? heredocs : [])].join('\n')));
}

/** Each shell's script stands behind the shell, as deep as they go. */
function withScripts(pipelines: readonly Pipeline[]): readonly Pipeline[] {
  return pipelines.flatMap((pipeline) => [
    pipeline,
    ...pipeline.flatMap((command) => withScripts(pipelinesOf(scriptOf(command) ?? ''))),
  ]);
}

/** `bash -o pipefail -c "…"` → `…` */
function scriptOf(command: ShellCommand): string | undefined {
  const { name = '', args = [] } = programOf(command) ?? {};
  const operand = operandIndex(args, /^[-+]\w*[oO]$/);
  const isScript = isShell(name) && args.slice(0, operand).some((option) => /^-[A-Za-z]*c/.test(option));
  return isScript ? args[operand] : undefined;
}

/** Where the first word is that is no option, and no value of an option that takes the next word. */
export function operandIndex(args: ShellCommand, takesNext: RegExp): number {
  return args.findIndex((arg, index) => !/^[-+]/.test(arg) && !takesNext.test(args[index - 1] ?? ''));
}

export function isShell(program: string): boolean {
  return SHELLS.has(program);
}

/** The pipelines of a script, in its order. */
function pipelinesOf(script: string): readonly Pipeline[] {
  const pipelines: ShellCommand[][] = [[]];
  let words: string[] = [];
  let word: string | undefined;
  function endWord(): void {
    words.push(...(word === undefined ? [] : [word]));
    word = undefined;
  }
  function endCommand(operator: string): void {
    endWord();
    pipelines.at(-1)?.push(words);
    words = [];
    if (!operator.startsWith('|') || operator === '||') {
      pipelines.push([]);
    }
  }
  for (const { groups = {} } of script.matchAll(TOKEN)) {
    const { skip, quoted, operator, part, character } = groups;
    if (operator !== undefined) {
      endCommand(operator);
    } else if (skip !== undefined) {
      endWord();
    } else {
      word = `${word ?? ''}${quoted === undefined ? (part ?? character ?? '') : unquoted(quoted)}`;
    }
  }
  endCommand('');
  return pipelines
    .map((pipeline) => pipeline.filter((command) => command.length > 0))
    .filter(({ length }) => length > 0);
}

/** XCU 2.2.3: what a backslash escapes between double quotes. */
function unquoted(word: string): string {
  const inside = word.slice(1, -1);
  return word.startsWith('"') ? inside.replaceAll(/\\([$`"\\\n])/g, '$1') : inside;
}

/** The program's name without its folder, and the words behind it; nothing for a mere assignment. */
export function programOf(
  command: ShellCommand,
): { readonly name: string; readonly args: ShellCommand } | undefined {
  const start = command.findIndex((word, index) => !isBeforeProgram(word, command[index - 1]));
  const path = command[start];
  return path === undefined
    ? undefined
    : { name: path.slice(path.lastIndexOf('/') + 1), args: command.slice(start + 1) };
}

/** Also an assignment, or an option of sudo and its like, of which some take the next word. */
function isBeforeProgram(word: string, previous = ''): boolean {
  return PREFIXES.has(word) || /^(?:-|\w+=)/.test(word) || /^-[ugnC]$/.test(previous);
}

/** The words of `["a", "b"]`; nothing for any other form. */
export function jsonWords(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
