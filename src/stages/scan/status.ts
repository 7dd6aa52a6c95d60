import type { Finding, ScanStatus } from '../../model/index.ts';

/** Of a scanner that knows what is vulnerable: finding nothing is *clean*. */
export function knowingStatus(
  { stale }: { readonly stale: boolean },
  findings: readonly Finding[],
): ScanStatus {
  if (stale) {
    return 'stale';
  }
  return findings.length > 0 ? 'findings' : 'clean';
}
