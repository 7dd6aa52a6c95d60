import type { Sha256 } from './identity.ts';
import type { VexJustification } from './scan.ts';

/** What every exception says, whatever it allows: reviewed like code, attested with the run. */
interface DecisionCommon {
  /** `decisions/python-3.11.json`. */
  readonly file: string;
  /** Pattern of image ids, with `*` for any characters. */
  readonly target: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO date, the last day it counts. */
  readonly expires: string;
}

/** Images past their end of life are released. */
export interface ExtendDecision extends DecisionCommon {
  readonly kind: 'extend';
}

/** A finding blocks nothing. */
export interface WaiveDecision extends DecisionCommon {
  readonly kind: 'waive';
  /** `CVE-2026-126714`. */
  readonly vulnerability: string;
  /** Binary or source package. */
  readonly package: string;
  readonly status: WaiverStatus;
  /** With `not_affected`, which wants it or `impact` (OpenVEX 0.2.0, "Status Labels"). */
  readonly justification?: VexJustification;
  /** With `not_affected`: in words, why it does no harm. */
  readonly impact?: string;
  /** With `affected`: what whoever runs the image can do. */
  readonly action?: string;
  /** With `not_affected`: paths, `*` for any characters, without which it does no harm. A build that has one is blocked. */
  readonly absentFiles?: readonly string[];
}

/** OpenVEX statuses that somebody can decide on: what is told to every scanner. */
export const WAIVER_STATUSES = ['not_affected', 'affected', 'under_investigation'] as const;
export type WaiverStatus = (typeof WAIVER_STATUSES)[number];

/** A Debian package stays at a version, whatever is newer. */
export interface HoldDecision extends DecisionCommon {
  readonly kind: 'hold';
  /** Binary package, or source package for all that are built of it. */
  readonly package: string;
  readonly version: string;
}

/** Nothing new is released. */
export interface FreezeDecision extends DecisionCommon {
  readonly kind: 'freeze';
}

/** A release that is never promoted again. It counts for ever: its `expires` is only when it is looked at again. */
export interface WithdrawDecision extends DecisionCommon {
  readonly kind: 'withdraw';
  /** `sha256:…` of the index, or the unique tag. */
  readonly release: string;
}

export const DRIFT_CHANGES = [
  'package-added',
  'package-removed',
  'setuid-file',
  'executable',
  'open-port',
  'size-growth',
] as const;
export type DriftChange = (typeof DRIFT_CHANGES)[number];

/** Something that appeared or disappeared by itself is as it should be. */
export interface AcceptDecision extends DecisionCommon {
  readonly kind: 'accept';
  readonly change: DriftChange;
  /** Package, path, `8080/tcp`, or the platform that grew; `*` for any characters. */
  readonly subject: string;
}

/** An exception somebody took: what policy forbids, allowed for a while. */
export type Decision =
  ExtendDecision | WaiveDecision | HoldDecision | FreezeDecision | WithdrawDecision | AcceptDecision;

export const DECISION_KINDS = ['waive', 'hold', 'freeze', 'withdraw', 'accept', 'extend'] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

/** What of its images a decision is about; empty for the whole image. */
export function decisionSubject(decision: Decision): string {
  switch (decision.kind) {
    case 'waive':
      return `${decision.vulnerability} in ${decision.package}`;
    case 'hold':
      return `${decision.package} ${decision.version}`;
    case 'withdraw':
      return decision.release;
    case 'accept':
      return `${decision.change} ${decision.subject}`;
    case 'freeze':
    case 'extend':
      return '';
  }
}

const DAY_MS = 86_400_000;

/** Days left after today; the last day itself counts. A date that cannot be read is past. */
export function daysLeft(date: string, now: Date): number {
  const days = Math.ceil((Date.parse(`${date}T00:00:00Z`) + DAY_MS - now.getTime()) / DAY_MS) - 1;
  return Number.isNaN(days) ? -1 : days;
}

/** Long enough before the end to prolong it. */
const SOON_DAYS = 14;

export function endsSoon({ expires }: Pick<Decision, 'expires'>, now: Date): boolean {
  return daysLeft(expires, now) <= SOON_DAYS;
}

/** A year, and the day by which it may be a leap year. */
const LONGEST_DAYS = 366;

/** An exception for longer than a year is none, or its date a slip. A withdrawal counts for ever anyway. */
export function isTooLong({ kind, expires }: Pick<Decision, 'kind' | 'expires'>, now: Date): boolean {
  return kind !== 'withdraw' && daysLeft(expires, now) > LONGEST_DAYS;
}

/** A decision that an image needed in a run. */
export interface DecisionUse {
  /** Of the decision. */
  readonly file: string;
  /** What it allowed: `CVE-2026-126714 in libssl3t64`. */
  readonly what: string;
}

/** What a run found out about the decisions that an image needs, as far as it came. */
export interface DecisionsMet {
  /** Kinds of which it could tell: a waiver is not known to be idle where no scanner looked. */
  readonly asked: readonly DecisionKind[];
  readonly uses: readonly DecisionUse[];
}

/** Where the decisions of a run stand, for whoever wants to read them and who approved them. */
export interface DecisionsSource {
  /** Of the repository that the catalog is in; absent outside of git. */
  readonly commit?: string;
  /** Files in `decisions/` are not as they are in that commit, or there is none. */
  readonly dirty: boolean;
  /** Over the canonical JSON of `files`. */
  readonly digest: Sha256;
  /** Every file, `decisions/python-3.11.json`. */
  readonly files: Readonly<Record<string, Sha256>>;
}
