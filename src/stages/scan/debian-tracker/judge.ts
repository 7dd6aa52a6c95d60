import { compareVersions } from '../../../debian/index.ts';
import type { Severity, VendorStatus } from '../../../model/index.ts';
import type { TrackerEntry } from './tracker-index.ts';

/** What a tracker's entry means for an installed version of the source. */
export type TrackerVerdict =
  | {
      readonly kind: 'affected';
      readonly vendorStatus: VendorStatus;
      readonly severity: Severity;
      readonly fixed?: string;
    }
  /** It never had it. */
  | { readonly kind: 'not-affected' }
  /** It has it no more. */
  | { readonly kind: 'fixed' };

/** Of a package whose releases never had the vulnerability. */
const NEVER_AFFECTED = '0';

const NO_DSA: Readonly<Record<string, VendorStatus>> = { postponed: 'postponed', ignored: 'ignored' };

const SEVERITIES: Readonly<Record<string, Severity>> = {
  high: 'high',
  medium: 'medium',
  low: 'low',
  unimportant: 'low',
};

/** A word that is not known counts as nobody having looked: what is new must not pass for safe. */
export function judgeEntry([status, fixed, urgency, noDsa]: TrackerEntry, installed: string): TrackerVerdict {
  const word = urgency.replaceAll('*', '').trim();
  const severity = SEVERITIES[word] ?? 'unknown';
  if (status === 'resolved' && fixed !== '') {
    if (fixed === NEVER_AFFECTED) {
      return { kind: 'not-affected' };
    }
    return compareVersions(installed, fixed) >= 0
      ? { kind: 'fixed' }
      : { kind: 'affected', severity, fixed, vendorStatus: word === 'unimportant' ? word : 'resolved' };
  }
  return { kind: 'affected', severity, vendorStatus: unfixedStatus(status, word, noDsa) };
}

function unfixedStatus(status: string, urgency: string, noDsa: string | null): VendorStatus {
  if (status !== 'open') {
    return 'undetermined';
  }
  if (urgency === 'unimportant' || urgency === 'end-of-life') {
    return urgency;
  }
  return noDsa === null ? 'open' : (NO_DSA[noDsa] ?? 'no-dsa');
}
