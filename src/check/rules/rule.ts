import type { Dockerfile } from '../../dockerfile/index.ts';
import type { CheckLevel, CheckRuleId } from '../../model/index.ts';
import type { CheckPolicy } from '../policy.ts';

/** One demand on a Dockerfile. It reports every violation, in the order of the file. */
export interface CheckRule {
  readonly id: CheckRuleId;
  /** What it counts as unless the catalog says otherwise. */
  readonly level: Exclude<CheckLevel, 'off'>;
  /** What it demands, one sentence. */
  readonly summary: string;
  /** What to do about a violation that says nothing more exact. */
  readonly help: string;
  readonly violations: (dockerfile: Dockerfile, policy: CheckPolicy) => readonly Violation[];
}

export interface Violation {
  readonly line: number;
  readonly message: string;
  readonly help?: string;
}
