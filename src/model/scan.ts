import type { DigestRef, Platform } from './identity.ts';

export const SEVERITIES = ['unknown', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What the vendor that owns a package says of a vulnerability that it has: a fix is out (`resolved`), will come
 * (`open`), comes with a point release (`no-dsa`), later (`postponed`), never (`ignored`, and `end-of-life` for a
 * package that is no longer supported); nobody has looked yet (`undetermined`); it is none in practice (`unimportant`).
 */
export type VendorStatus =
  'resolved' | 'open' | 'no-dsa' | 'postponed' | 'ignored' | 'end-of-life' | 'undetermined' | 'unimportant';

export interface Finding {
  /** `CVE-2026-126714`, or `pending-update` where the changelog names none. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: string;
  readonly source: string;
  readonly installed: string;
  /** The first version that has it no more; absent: no fix is known. */
  readonly fixed?: string;
  /** Where the fix is, of Debian's. */
  readonly suite?: string;
  /** ISO instant since when the fix is known to exist, where that is known. */
  readonly fixedSince?: string;
  readonly severity: Severity;
  /** Who rated it so: `debian`, `osv`; absent where nobody did. */
  readonly severityFrom?: string;
  readonly vendorStatus?: VendorStatus;
  /** In CISA's catalog of known exploited vulnerabilities. */
  readonly knownExploited?: true;
  readonly platforms: readonly Platform[];
}

/** Justifications of OpenVEX 0.2.0, "Status Justifications". */
export const VEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type VexJustification = (typeof VEX_JUSTIFICATIONS)[number];

/** A vulnerability of a package that its vendor says this version does not have. */
export interface NotAffected {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: string;
  readonly source: string;
  readonly installed: string;
  readonly platforms: readonly Platform[];
  readonly justification: VexJustification;
  /** In words, with who says so. */
  readonly statement: string;
}

/**
 * *Clean* (knows what is vulnerable, and nothing of it is here), *up to date* (knows what is fixed, and all of it is
 * here), *stale* and *not scanned* are different things and stay apart everywhere.
 */
export type ScanStatus = 'clean' | 'up-to-date' | 'findings' | 'stale' | 'not-scanned';

export interface ScannerResult {
  readonly tool: string;
  readonly toolVersion: string;
  readonly status: ScanStatus;
  /** Why it could not look, where it could not. */
  readonly reason?: string;
  /** Where its knowledge comes from, and when the source of its oldest part was last asked (ISO instant). */
  readonly feed: string;
  readonly feedDate: string;
  /** ISO instant until which the source itself vouches for its oldest part, where it says so. */
  readonly feedValidUntil?: string;
  readonly findings: readonly Finding[];
  readonly notAffected?: readonly NotAffected[];
  /** Names of what the image has and the scanner knows nothing about, sorted; absent where that is nothing. */
  readonly unseen?: readonly string[];
}

/** What several scanners say of one vulnerability in one package, as one. */
export interface MergedFinding extends Finding {
  /** Sorted. */
  readonly scanners: readonly string[];
}

/** What is known today of a release, however old it is. */
export interface PublishedScan {
  readonly ref: DigestRef;
  /** As its lock calls it, `python-3.13`. */
  readonly image: string;
  readonly version: string;
  readonly scan: ScanReport;
}

/** A list that says more about findings, and finds none itself: CISA's known exploited vulnerabilities. */
export interface FeedState {
  readonly status: 'current' | 'stale' | 'not-read';
  /** Why it is not current. */
  readonly reason?: string;
  readonly feed: string;
  /** ISO instant when its source was last asked; absent where it never was. */
  readonly feedDate?: string;
}

export interface ScanReport {
  readonly scannedAt: string;
  readonly results: readonly ScannerResult[];
  /** Of all results, by vulnerability and package. */
  readonly findings: readonly MergedFinding[];
  /** Absent where the catalog asks for none. */
  readonly knownExploited?: FeedState;
}
