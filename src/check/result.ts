import type { CheckFinding, FactoryError } from '../model/index.ts';
import type { RuleDescription } from './check.ts';

/** Whether the real hadolint looked at the files: one that is missing is told, never passed over. */
export type HadolintRun =
  | { readonly kind: 'ran'; readonly version: string }
  | { readonly kind: 'not-run'; readonly failure: FactoryError }
  | { readonly kind: 'not-wanted' };

export interface CheckResult {
  readonly files: readonly string[];
  /** Why files and folders could not be read: nobody knows what is in them. */
  readonly unread: readonly FactoryError[];
  /** By file and line. */
  readonly findings: readonly CheckFinding[];
  readonly rules: readonly RuleDescription[];
  readonly hadolint: HadolintRun;
}

export interface CheckCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly info: number;
  readonly ignored: number;
}

export function countFindings(findings: readonly CheckFinding[]): CheckCounts {
  const counting = findings.filter(({ ignored }) => ignored === undefined);
  function count(level: CheckFinding['level']): number {
    return counting.filter((finding) => finding.level === level).length;
  }
  return {
    errors: count('error'),
    warnings: count('warning'),
    info: count('info'),
    ignored: findings.length - counting.length,
  };
}

/** hadolint's rule for what it cannot read; it has nothing else to say of such a file. */
const HADOLINT_SYNTAX = 'DL1000';

/** Ours and hadolint's: files in their order, then lines; within a line, errors first. One syntax error is enough. */
export function mergeFindings(
  ours: readonly CheckFinding[],
  theirs: readonly CheckFinding[],
  files: readonly string[],
): readonly CheckFinding[] {
  const weight = { error: 0, warning: 1, info: 2 };
  const unreadable = new Set(ours.flatMap(({ rule, file }) => (rule === 'syntax' ? [file] : [])));
  const others = theirs.filter(({ rule, file }) => rule !== HADOLINT_SYNTAX || !unreadable.has(file));
  return [...ours, ...others].sort(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || weight[a.level] - weight[b.level],
  );
}
