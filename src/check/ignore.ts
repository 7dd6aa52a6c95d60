import type { Comment, Dockerfile } from '../dockerfile/index.ts';
import { instructionsOf } from '../dockerfile/index.ts';
import type { Breach, CheckRule } from './rules/index.ts';

/** `# ingot ignore=add-url,pipe-to-shell the vendor signs nothing`, and the lines of the instruction below it. */
export interface Ignore {
  readonly line: number;
  readonly rules: readonly string[];
  /** Empty if none was given: then nothing is ignored. */
  readonly reason: string;
  /** First and last line of the instruction; nothing follows a comment at the end of a file. */
  readonly lines: readonly [first: number, last: number] | undefined;
}

/** A breach with the rule it breaks, before the catalog's levels are applied. */
export interface RuleBreach extends Breach {
  readonly rule: string;
}

/** What is wrong with the ignores themselves; they cannot be ignored. */
export const IGNORE_RULES: readonly Omit<CheckRule, 'breaches'>[] = [
  {
    id: 'ignore-reason',
    level: 'error',
    summary: 'Who ignores a rule names it, and says why.',
    help: 'write # ingot ignore=<rule>[,<rule>] <reason> above the instruction',
  },
  {
    id: 'ignore-unused',
    level: 'warning',
    summary: 'An ignore is there for something.',
    help: 'remove the comment: what it was for is gone, or it stands above another instruction',
  },
];

const IGNORE = /^ingot\s+ignore=(\S*)\s*(.*)$/;

export function ignoresOf(dockerfile: Dockerfile): readonly Ignore[] {
  const instructions = instructionsOf(dockerfile);
  return dockerfile.comments.flatMap(({ line, text }: Comment) => {
    const [whole, rules = '', reason = ''] = IGNORE.exec(text.trim()) ?? [];
    const below = instructions.find(({ endLine }) => endLine >= line);
    const lines = below && ([below.line, below.endLine] as const);
    return whole === undefined ? [] : [{ line, rules: rules.split(','), reason: reason.trim(), lines }];
  });
}

/** The reason to leave a breach as it is. */
export function reasonToIgnore({ rule, line }: RuleBreach, ignores: readonly Ignore[]): string | undefined {
  return ignores.find((ignore) => isFor(ignore, rule, line) && ignore.reason !== '')?.reason;
}

/** Breaches of the ignores themselves, `known` being every rule there is. */
export function ignoreBreaches(
  ignores: readonly Ignore[],
  breaches: readonly RuleBreach[],
  known: ReadonlySet<string>,
): RuleBreach[] {
  return ignores.flatMap((ignore) => {
    const unknown = ignore.rules.filter((rule) => !known.has(rule));
    const { line } = ignore;
    if (ignore.reason === '') {
      return [
        { rule: 'ignore-reason', line, message: `no reason is given to ignore ${quoted(ignore.rules)}` },
      ];
    }
    const idle = ignore.rules.filter(
      (rule) =>
        known.has(rule) &&
        !breaches.some((breach) => breach.rule === rule && isFor(ignore, rule, breach.line)),
    );
    return [
      ...unknown.map((rule) => unknownRule(rule, line)),
      ...idle.map((rule) => ({ rule: 'ignore-unused', line, message: `nothing breaks "${rule}" here` })),
    ];
  });
}

function unknownRule(rule: string, line: number): RuleBreach {
  const isHadolint = /^(?:DL|SC)\d+$/.test(rule);
  return {
    rule: 'ignore-reason',
    line,
    message: `there is no rule "${rule}"`,
    ...(isHadolint ? { help: `hadolint has its own comment for it: # hadolint ignore=${rule}` } : {}),
  };
}

function isFor({ rules, lines }: Ignore, rule: string, line: number): boolean {
  return lines !== undefined && rules.includes(rule) && line >= lines[0] && line <= lines[1];
}

function quoted(rules: readonly string[]): string {
  return rules.map((rule) => `"${rule}"`).join(', ');
}
