import type { ReleaseRecord, ScanStatus, Severity } from '../model/index.ts';

/** What one scanner said of a released image, as it was last attested. */
export interface AuditedScan {
  readonly tool: string;
  readonly status: ScanStatus;
  /** ISO instant. */
  readonly finishedAt: string;
  readonly counts: Readonly<Record<Severity, number>>;
}

/** Whether a run was made under the files of `decisions/` that are in the commit it names. */
export type DecisionFiles =
  | { readonly status: 'as-committed'; readonly count: number }
  | { readonly status: 'different'; readonly differences: readonly string[] }
  | { readonly status: 'not-compared'; readonly reason: string };

/** One release of the period, with what is attested of it. */
export interface AuditedRelease {
  /** `python-3.13`. */
  readonly image: string;
  /** Registry and repository. */
  readonly repository: string;
  readonly record: ReleaseRecord;
  /** Of the gate; null where no run is attested. */
  readonly verdict: string | null;
  readonly scans: readonly AuditedScan[];
  /** `PASSED`; null where it is not attested. */
  readonly tests: string | null;
  /** Commit of the decisions the run was made under. */
  readonly decisionsCommit: string | null;
  /** All files of that commit's decisions, compared with what the run attests of them. */
  readonly decisionFiles: DecisionFiles;
  /** Files of the decisions that counted for it. */
  readonly decisions: readonly string[];
}

/** One commit that wrote a decision. */
export interface Approval {
  readonly commit: string;
  readonly author: string;
  readonly committer: string;
  /** ISO instant. */
  readonly committedAt: string;
  /** Trailers of others: `Reviewed-by: Ada <ada@example.com>`. */
  readonly approvedBy: readonly string[];
}

/** A decision that a release of the period was made under. */
export interface AuditedDecision {
  readonly file: string;
  readonly commit: string;
  /** What it said then; null where the commit does not have it. */
  readonly content: {
    readonly kind: string;
    readonly target: string;
    readonly owner: string;
    readonly reason: string;
    readonly expires: string;
  } | null;
  /** Newest first. */
  readonly approvals: readonly Approval[];
}

/** What an audit asks for over a period. */
export interface AuditReport {
  readonly since: string;
  readonly until: string;
  readonly identity: string;
  /** Images that were looked at, whether or not they had a release. */
  readonly images: readonly string[];
  /** Oldest first. */
  readonly releases: readonly AuditedRelease[];
  readonly decisions: readonly AuditedDecision[];
  /** Everything that could not be verified: an audit with gaps is not a clean one. */
  readonly gaps: readonly string[];
}
