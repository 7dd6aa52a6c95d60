import type {
  Account,
  CheckResult,
  LockedExclusion,
  LockedPackage,
  Platform,
  Stack,
  Variant,
} from '../../../model/index.ts';
import type { OciImageConfig, Replaced, RootEntry, RootFilesystem } from '../../../oci/index.ts';

/** What the rules look at: one platform's image as its layers describe it, and what it was meant to be. */
export interface RootSubject {
  readonly platform: Platform;
  readonly root: RootFilesystem;
  readonly config: OciImageConfig;
  /** Every package the lock has for this platform, over all layers. */
  readonly packages: readonly LockedPackage[];
  /** `stacks/python/stack.json` of the layer that has the package, by its name. */
  readonly stackFiles: ReadonlyMap<string, string>;
  /** Every package that was left out on this platform, who wanted it, and the file that says so. */
  readonly excluded: readonly WrittenExclusion[];
  /** Of the layers from the lowest; above the last one is the layer of accounts and package database. */
  readonly stacks: readonly Pick<Stack, 'name' | 'folder' | 'certificates' | 'isInstalled'>[];
  readonly replaced: readonly Replaced[];
  /** Every one the image is meant to have, root and nonroot too. */
  readonly accounts: readonly Account[];
  /** `uid:gid` the image is meant to run as. */
  readonly user: string;
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  readonly epoch: number;
}

export type WrittenExclusion = LockedExclusion & { readonly file: string };

/** One requirement on the root filesystem or the configuration. Pure: the same subject gives the same violations. */
export interface RootRule {
  /** Its name in reports, `no-setuid`. */
  readonly check: string;
  readonly expected: string;
  /** Variants the rule holds for. */
  readonly variants: readonly Variant[];
  /** What is wrong, path first; nothing when all is well. */
  readonly violations: (subject: RootSubject) => readonly string[];
}

/** Violations named in a result; the rest is counted. */
const NAMED_VIOLATIONS = 10;

export function applyRule(rule: RootRule, subject: RootSubject): CheckResult {
  const violations = rule.violations(subject);
  const { platform } = subject;
  if (violations.length === 0) {
    return { kind: 'passed', check: rule.check, platform };
  }
  const rest = violations.length - NAMED_VIOLATIONS;
  const named = violations.slice(0, NAMED_VIOLATIONS).join(', ');
  const got = rest > 0 ? `${named} and ${rest} more` : named;
  return { kind: 'failed', check: rule.check, platform, expected: rule.expected, got };
}

/** Paths of entries that fulfil the predicate. */
export function pathsWhere(root: RootFilesystem, isWrong: (entry: RootEntry) => boolean): readonly string[] {
  return entriesWhere(root, isWrong).map((entry) => entry.path);
}

export function entriesWhere(
  root: RootFilesystem,
  isWanted: (entry: RootEntry) => boolean,
): readonly RootEntry[] {
  return [...root.entries.values()].filter(isWanted);
}

/** `0644`, as chmod takes it. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
