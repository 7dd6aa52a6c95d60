/** One instruction as it is laid out. */
export interface LogicalLine {
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
  /** Continued lines are joined, without the comments between them. */
  readonly text: string;
  /** Bodies, in the order of their markers. */
  readonly heredocs: readonly string[];
  /** A heredoc ends nowhere: it took the rest of the file. */
  readonly isOpen: boolean;
}

export interface Comment {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** A Dockerfile before anything is known of its instructions. */
export interface Lines {
  readonly instructions: readonly LogicalLine[];
  /** Also those between continued lines. */
  readonly comments: readonly Comment[];
  /** `# syntax=…` and the like at the start of the file. */
  readonly directives: ReadonlyMap<string, string>;
}

/** As BuildKit's `Parse`, frontend/dockerfile/parser/parser.go. */
export function readLines(text: string): Lines {
  const source = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const directives = directivesOf(source);
  const continuation = directives.get('escape') === '`' ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/;
  const instructions: LogicalLine[] = [];
  const comments: Comment[] = [];
  let next = directives.size;

  function readInstruction(): void {
    let [line, joined, isContinued] = [0, '', true];
    while (isContinued && next < source.length) {
      const written = source[next] ?? '';
      next += 1;
      if (isComment(written)) {
        comments.push({ line: next, text: written.trim().slice(1).trim() });
      } else if (written.trim() !== '') {
        line = line === 0 ? next : line;
        isContinued = continuation.test(written);
        joined += written.replace(continuation, '$1');
      }
    }
    if (line !== 0) {
      const bodies = heredocsIn(joined).map(readBody);
      const heredocs = bodies.map((body) => body.text);
      const isOpen = bodies.some((body) => body.isOpen);
      instructions.push({ line, endLine: next, text: joined.trim(), heredocs, isOpen });
    }
  }

  function readBody({ name, isChomped }: Heredoc): { readonly text: string; readonly isOpen: boolean } {
    const rest = source.slice(next);
    const end = rest.findIndex((line) => (isChomped ? line.replace(/^\t+/, '') : line) === name);
    const isOpen = end === -1;
    next = isOpen ? source.length : next + end + 1;
    return { text: rest.slice(0, isOpen ? rest.length : end).join('\n'), isOpen };
  }

  while (next < source.length) {
    readInstruction();
  }
  return { instructions, comments, directives };
}

function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}

const DIRECTIVES = new Set(['syntax', 'escape', 'check']);

/** Any other line, a comment as well, ends them: Dockerfile reference "Parser directives". */
function directivesOf(source: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of source) {
    const [, name = '', value = ''] = /^\s*#\s*([a-z][a-z0-9]*)\s*=\s*(.+?)\s*$/i.exec(line) ?? [];
    const key = name.toLowerCase();
    if (!DIRECTIVES.has(key) || found.has(key)) {
      break;
    }
    found.set(key, value);
  }
  return found;
}

interface Heredoc {
  readonly name: string;
  /** `<<-`: tabs before its end do not count. */
  readonly isChomped: boolean;
}

function heredocsIn(text: string): Heredoc[] {
  if (!/^\s*(?:ONBUILD\s+)?(?:ADD|COPY|RUN)\s/i.test(text)) {
    return [];
  }
  return wordsOf(text).flatMap((word) => {
    const [, dash, name] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? [];
    return name === undefined ? [] : [{ name: name.replaceAll(/["'\\]/g, ''), isChomped: dash === '-' }];
  });
}

/** Words as BuildKit splits them, with their quotes. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|[^\s\\"'])+/g) ?? [];
}
