import type { CheckResult, Platform, ScanReport } from '../../model/index.ts';

/** Everything the gate looks at: it knows nothing that is not here. */
export interface GateFacts {
  /** Platforms that are to be released. */
  readonly platforms: readonly Platform[];
  readonly checks: readonly CheckResult[];
  readonly scan: ScanReport;
  /** Last day of upstream's support, `2029-10-31`. */
  readonly endOfLife: string;
}
