import { Copy, DockerfileParser, Run } from 'dockerfile-ast';
import type { Dockerfile as Tree, Heredoc, Instruction as Node } from 'dockerfile-ast';
import type { Variables } from './variables.ts';
import { globalVariables } from './variables.ts';

/** One instruction as it takes effect: lines joined, comments gone. Variables stand as they were written. */
export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
  readonly flags: readonly Flag[];
  /** Arguments behind the flags, without the bodies of heredocs. */
  readonly text: string;
  readonly heredocs: readonly string[];
  /** Behind ONBUILD: takes effect in the images that are built from this one. */
  readonly isTrigger: boolean;
}

/** `--from=build` */
export interface Flag {
  readonly name: string;
  readonly value: string;
}

/** FROM and what follows it, up to the next one. */
export interface BuildStage {
  readonly from: Instruction;
  /** `${REGISTRY}/python:${TAG}` */
  readonly image: string;
  /** Of `AS name`, in lower case, as Docker compares it. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export interface Comment {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** A Dockerfile as our rules see it. */
export interface Dockerfile {
  /** Before the first FROM: ARGs. */
  readonly head: readonly Instruction[];
  readonly stages: readonly BuildStage[];
  /** What FROM sees. */
  readonly globals: Variables;
  readonly comments: readonly Comment[];
  /** Of the directive `# syntax=`. */
  readonly frontend: string | undefined;
}

/**
 * Reads what Docker would read, `buildArgs` being those of `--build-arg`. Never fails: what is not a Dockerfile has no
 * stages.
 */
export function parseDockerfile(text: string, buildArgs: Variables = new Map()): Dockerfile {
  const tree = DockerfileParser.parse(text);
  const source: Source = {
    lines: text.split(/\r?\n/),
    continuation: tree.getEscapeCharacter() === '`' ? /`[ \t]*$/ : /\\[ \t]*$/,
  };
  const instructions = tree.getInstructions().map((node) => readInstruction(node, source));
  const firstFrom = instructions.findIndex(isFrom);
  const head = firstFrom === -1 ? instructions : instructions.slice(0, firstFrom);
  return {
    head,
    globals: globalVariables(head, buildArgs),
    stages: stagesOf(instructions),
    comments: tree.getComments().map((comment) => ({
      line: comment.getRange().start.line + 1,
      text: comment.getContent(),
    })),
    frontend: frontendOf(tree),
  };
}

/** Every instruction of the file, in its order. */
export function instructionsOf({ head, stages }: Dockerfile): readonly Instruction[] {
  return [...head, ...stages.flatMap(({ from, instructions }) => [from, ...instructions])];
}

interface Source {
  readonly lines: readonly string[];
  readonly continuation: RegExp;
}

function readInstruction(node: Node, source: Source): Instruction {
  const { start, end } = node.getRange();
  const heredocs = heredocsOf(node);
  const joined = joinLines(
    source.lines.slice(start.line, lastHeadLine(heredocs, end.line) + 1),
    source.continuation,
  );
  const [first, behind] = splitWord(joined.trim());
  const isTrigger = first.toUpperCase() === 'ONBUILD';
  const [keyword, args] = isTrigger ? splitWord(behind) : [first, behind];
  return {
    keyword: keyword.toUpperCase(),
    line: start.line + 1,
    endLine: end.line + 1,
    ...splitFlags(args),
    heredocs: heredocs.map((heredoc) => linesIn(heredoc.getContentRange(), source)),
    isTrigger,
  };
}

function splitWord(text: string): readonly [word: string, rest: string] {
  const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  return [word, rest];
}

function heredocsOf(node: Node): readonly Heredoc[] {
  return node instanceof Run || node instanceof Copy ? node.getHeredocs() : [];
}

/** The last line before the first heredoc's body, or its end where it has none. */
function lastHeadLine([heredoc]: readonly Heredoc[], lastLine: number): number {
  const body = heredoc?.getContentRange() ?? heredoc?.getDelimiterRange();
  return body === undefined || body === null ? lastLine : body.start.line - 1;
}

function linesIn(range: ReturnType<Heredoc['getContentRange']>, { lines }: Source): string {
  return range === null ? '' : lines.slice(range.start.line, range.end.line + 1).join('\n');
}

/** Dockerfile reference "Format": a comment line between continued lines is removed before they are joined. */
function joinLines(lines: readonly string[], continuation: RegExp): string {
  return lines
    .filter((line, index) => index === 0 || !/^\s*(?:#|$)/.test(line))
    .map((line) => line.replace(continuation, ''))
    .join('');
}

function splitFlags(args: string): Pick<Instruction, 'flags' | 'text'> {
  const flags: Flag[] = [];
  let text = args;
  for (;;) {
    const [whole, name = '', value = ''] = /^--([a-z-]+)(?:=(\S*))?(?:\s+|$)/.exec(text) ?? [];
    if (whole === undefined) {
      return { flags, text };
    }
    flags.push({ name, value });
    text = text.slice(whole.length);
  }
}

function isFrom({ keyword, isTrigger }: Instruction): boolean {
  return keyword === 'FROM' && !isTrigger;
}

function stagesOf(instructions: readonly Instruction[]): BuildStage[] {
  const starts = [...instructions.entries()].filter(([, each]) => isFrom(each));
  return starts.map(([start, from], index) => {
    const [image = '', as, name] = from.text.split(/\s+/);
    return {
      from,
      image,
      name: as?.toUpperCase() === 'AS' ? name?.toLowerCase() : undefined,
      instructions: instructions.slice(start + 1, starts[index + 1]?.[0]),
    };
  });
}

function frontendOf(tree: Tree): string | undefined {
  return tree
    .getDirectives()
    .find((directive) => directive.getName().toLowerCase() === 'syntax')
    ?.getValue();
}
