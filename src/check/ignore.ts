import type { Comment, Dockerfile } from '../dockerfile/index.ts';
import { instructionsOf } from '../dockerfile/index.ts';
import type { CheckRule, Violation } from './rules/index.ts';

/** `# ingot ignore=add-url,pipe-to-shell the vendor signs nothing`, and the lines of the instruction below it. */
export interface Ignore {
  readonly line: number;
  readonly rules: readonly string[];
  /** Empty if none was given: then nothing is ignored. */
  readonly reason: string;
  /** The instruction, and comments that stand before it; nothing follows a comment at the end of a file. */
  readonly lines: readonly [first: number, last: number] | undefined;
}

/** A violation with the rule it breaks, before the catalog's levels are applied. */
export interface RuleViolation extends Violation {
  readonly rule: string;
}

/** What is wrong with the ignores themselves; they cannot be ignored. */
export const IGNORE_RULES: readonly Omit<CheckRule, 'violations'>[] = [
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
    const lines = below && ([Math.min(line + 1, below.line), below.endLine] as const);
    return whole === undefined ? [] : [{ line, rules: rules.split(','), reason: reason.trim(), lines }];
  });
}

/** The reason to leave a violation as it is. */
export function reasonToIgnore(
  { rule, line }: RuleViolation,
  ignores: readonly Ignore[],
): string | undefined {
  return ignores.find((ignore) => isFor(ignore, rule, line) && ignore.reason !== '')?.reason;
}

/** Violations of the ignores themselves, `known` being every rule there is. */
export function ignoreViolations(
  ignores: readonly Ignore[],
  violations: readonly RuleViolation[],
  known: ReadonlySet<string>,
): RuleViolation[] {
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
        !violations.some((violation) => violation.rule === rule && isFor(ignore, rule, violation.line)),
    );
    return [
      ...unknown.map((rule) => unknownRule(rule, line)),
      ...idle.map((rule) => ({ rule: 'ignore-unused', line, message: `nothing breaks "${rule}" here` })),
    ];
  });
}

function unknownRule(rule: string, line: number): RuleViolation {
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
