import type { EcrImageScan } from '../../../host/aws/ecr-scans.ts';

/** What a scan of one manifest comes to, as far as ECR has got. */
export type EcrAnswer =
  | { readonly kind: 'read'; readonly scan: EcrImageScan }
  /** It will say more. `isEnded`: it says that it has ended, and not yet with what. */
  | { readonly kind: 'pending'; readonly isEnded: boolean; readonly reason: string }
  | { readonly kind: 'unread'; readonly reason: string };

/** States in which ECR will say no more. */
const WHY_UNREAD: Readonly<Record<string, string>> = {
  FAILED: 'the scan failed',
  UNSUPPORTED_IMAGE: 'ECR cannot scan such an image',
  FINDINGS_UNAVAILABLE: 'ECR has no findings to give',
  SCAN_ELIGIBILITY_EXPIRED: 'Inspector no longer looks at an image that old',
  LIMIT_EXCEEDED: 'the limit of scans is reached',
  IMAGE_ARCHIVED: 'the image is archived',
};

const ENDED: readonly string[] = ['COMPLETE', 'ACTIVE'];

/**
 * Neither the state nor an empty list of findings says that anybody looked: Inspector's scans are COMPLETE for a while
 * before their findings are there (aws/aws-sdk #289), and then have no time.
 */
export function answerOf(scan: EcrImageScan | undefined): EcrAnswer {
  if (scan === undefined) {
    return { kind: 'pending', isEnded: false, reason: 'no scan of it was begun' };
  }
  const { status, description, completedAtMs, findings } = scan;
  const why = WHY_UNREAD[status];
  if (why !== undefined) {
    return { kind: 'unread', reason: `${why} (${[status, description].filter(Boolean).join(': ')})` };
  }
  if (!ENDED.includes(status)) {
    return { kind: 'pending', isEnded: false, reason: `its scan has not ended (${status})` };
  }
  return completedAtMs === undefined && findings.length === 0
    ? { kind: 'pending', isEnded: true, reason: `ECR says ${status}, but not when it was scanned` }
    : { kind: 'read', scan };
}
