import type { Sha256 } from '../../src/model/index.ts';
import type { EcrAnswer, EcrContent, EcrInput } from './ecr-answers.ts';
import { EcrError } from './ecr-limits.ts';

/** What DescribeImageScanFindings says at one time; times in ms since 1970. */
export interface ScanState {
  readonly status: string;
  readonly description?: string;
  readonly completedAtMs?: number;
  readonly sourceUpdatedAtMs?: number;
  readonly findings?: readonly object[];
  readonly enhancedFindings?: readonly object[];
  readonly severities?: Readonly<Record<string, number>>;
}

/** An image as far as scanning goes. */
export interface StoredScan {
  /** One after the other, each time that somebody asks; the last one stays. Empty: there is no scan. */
  states: readonly ScanState[];
  /** What comes after it is started anew. */
  readonly next?: readonly ScanState[];
  /** When it was last scanned, for the limit of one a day. */
  scannedAtMs?: number;
  /** An index, or layers of a type that ECR does not know. */
  readonly isUnsupported?: boolean;
}

const DAY_MS = 86_400_000;
/** ECR's limit. */
const MOST_FINDINGS = 1000;

export const ECR_SCAN_ANSWERS: Readonly<Record<string, EcrAnswer>> = {
  DescribeImageScanFindings: (input, registry) => {
    const { maxResults = 100, nextToken, repositoryName, imageId } = input;
    if (maxResults > MOST_FINDINGS) {
      throw new EcrError('InvalidParameterException', `expected at most ${MOST_FINDINGS} results`);
    }
    const stored = storedScan(input, registry);
    const [state] = stored.states;
    if (state === undefined) {
      throw new EcrError('ScanNotFoundException', 'Image scan does not exist for the image');
    }
    const start = Number(nextToken ?? 0);
    const end = start + Math.min(maxResults, registry.pageSize);
    const isLast =
      end >= Math.max(...[state.findings, state.enhancedFindings].map((all) => all?.length ?? 0));
    if (isLast && stored.states.length > 1) {
      stored.states = stored.states.slice(1);
    }
    const { status, description } = state;
    return {
      repositoryName,
      imageId,
      imageScanStatus: { status, description },
      imageScanFindings: found(state, start, end),
      ...(!isLast && { nextToken: String(end) }),
    };
  },
  StartImageScan: (input, registry) => {
    const stored = storedScan(input, registry);
    const { scanType } = registry.scanning as { scanType?: string };
    if (scanType === 'ENHANCED') {
      throw new EcrError('ValidationException', 'This feature is disabled');
    }
    if (stored.isUnsupported === true) {
      throw new EcrError('UnsupportedImageTypeException', 'the image is of a type that cannot be scanned');
    }
    if (stored.scannedAtMs !== undefined && registry.nowMs - stored.scannedAtMs < DAY_MS) {
      throw new EcrError('LimitExceededException', 'The scan quota per image has been exceeded');
    }
    stored.scannedAtMs = registry.nowMs;
    stored.states = [{ status: 'IN_PROGRESS' }, ...(stored.next ?? [])];
    return { imageId: input.imageId, imageScanStatus: { status: 'IN_PROGRESS' } };
  },
};

function storedScan({ imageId }: EcrInput, { scans }: EcrContent): StoredScan {
  const stored = scans.get(imageId?.imageDigest as Sha256);
  if (stored === undefined) {
    throw new EcrError(
      'ImageNotFoundException',
      'The image requested does not exist in the specified repository',
    );
  }
  return stored;
}

function found(state: ScanState, start: number, end: number): object {
  const { completedAtMs, sourceUpdatedAtMs, findings, enhancedFindings, severities } = state;
  return {
    ...(completedAtMs !== undefined && { imageScanCompletedAt: completedAtMs / 1000 }),
    ...(sourceUpdatedAtMs !== undefined && { vulnerabilitySourceUpdatedAt: sourceUpdatedAtMs / 1000 }),
    ...(severities !== undefined && { findingSeverityCounts: severities }),
    ...(findings !== undefined && { findings: findings.slice(start, end) }),
    ...(enhancedFindings !== undefined && { enhancedFindings: enhancedFindings.slice(start, end) }),
  };
}
