import type { Comment, LogicalLine } from './lines.ts';
import { readLines } from './lines.ts';
import type { Variables } from './variables.ts';
import { globalVariables } from './variables.ts';

/** One instruction as it takes effect. Variables stand as they were written. */
export interface Instruction extends LogicalLine {
  /** Upper case. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** Arguments behind the flags, without the bodies of heredocs. */
  readonly text: string;
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
  const lines = readLines(text);
  const instructions = lines.instructions.map(toInstruction);
  const firstFrom = instructions.findIndex(isFrom);
  const head = firstFrom === -1 ? instructions : instructions.slice(0, firstFrom);
  return {
    head,
    globals: globalVariables(head, buildArgs),
    stages: stagesOf(instructions),
    comments: lines.comments,
    frontend: lines.directives.get('syntax'),
  };
}

/** Every instruction of the file, in its order. */
export function instructionsOf({ head, stages }: Dockerfile): readonly Instruction[] {
  return [...head, ...stages.flatMap(({ from, instructions }) => [from, ...instructions])];
}

function toInstruction({ text, ...place }: LogicalLine): Instruction {
  const [first, behind] = splitWord(text);
  const isTrigger = first.toUpperCase() === 'ONBUILD';
  const [keyword, args] = isTrigger ? splitWord(behind) : [first, behind];
  return { ...place, keyword: keyword.toUpperCase(), ...splitFlags(args), isTrigger };
}

function splitWord(text: string): readonly [word: string, rest: string] {
  const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  return [word, rest];
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
