import type { EcrImageScan, EcrManifest, EcrScans } from '../../../host/aws/ecr-scans.ts';
import { answerOf, type EcrAnswer } from './answer.ts';

/** Between two looks at a scan that goes on: at first, and at most. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;
/** Inspector takes its time with what was just pushed. */
const MOST_WAITING_MS = 600_000;
/** For findings that come after the end, as Inspector's do. */
const MOST_WAITING_AFTER_END_MS = { basic: 0, enhanced: 60_000 };
/** Basic scanning looks at an image once in that time. */
const SCAN_INTERVAL_MS = 24 * 60 * 60 * 1000;

export interface LookDeps {
  readonly scans: EcrScans;
  readonly kind: 'basic' | 'enhanced';
  readonly runStartedAt: Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What is known of a manifest, or why nothing is. A `stale` scan is an older one: today's did not end. */
export type Looked =
  | { readonly kind: 'read' | 'stale'; readonly scan: EcrImageScan; readonly reason?: string }
  | { readonly kind: 'unread'; readonly reason: string };

/** A look at one manifest that has begun. */
export interface Begun {
  readonly image: EcrManifest;
  /** What there was before. */
  readonly before: EcrImageScan | undefined;
  /** Begun by us: what there was before is no answer. */
  readonly isRestarted: boolean;
  readonly refusal?: string;
}

/** Has ECR scan a manifest that it has not scanned today. Inspector scans by itself. */
export async function beginLook(image: EcrManifest, deps: LookDeps): Promise<Begun> {
  const before = await deps.scans.describe(image);
  if (deps.kind === 'enhanced' || !isDue(before, deps.runStartedAt)) {
    return { image, before, isRestarted: false };
  }
  switch (await deps.scans.start(image)) {
    case 'started':
      return { image, before, isRestarted: true };
    case 'limited':
      // it was scanned today: what it said then counts, with its age
      return { image, before, isRestarted: false };
    case 'unsupported':
      return { image, before, isRestarted: false, refusal: 'ECR cannot scan an image of this type' };
  }
}

function isDue(scan: EcrImageScan | undefined, now: Date): boolean {
  const { completedAtMs, status } = scan ?? {};
  const isOld = completedAtMs !== undefined && now.getTime() - completedAtMs >= SCAN_INTERVAL_MS;
  return scan === undefined || status === 'FAILED' || isOld;
}

/** Waits, within bounds, until ECR has said what it will say. */
export async function endLook(begun: Begun, deps: LookDeps, signal: AbortSignal): Promise<Looked> {
  const { image, before, isRestarted, refusal } = begun;
  if (refusal !== undefined) {
    return { kind: 'unread', reason: refusal };
  }
  let answer = isRestarted ? PENDING : answerOf(before);
  const left = { running: MOST_WAITING_MS, ended: MOST_WAITING_AFTER_END_MS[deps.kind] };
  for (
    let waitMs = FIRST_WAIT_MS;
    answer.kind === 'pending';
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  ) {
    const phase = answer.isEnded ? 'ended' : 'running';
    if (left[phase] <= 0) {
      break;
    }
    left[phase] -= waitMs;
    await deps.wait(waitMs, signal);
    answer = newAnswer(await deps.scans.describe(image), begun);
  }
  if (answer.kind !== 'pending') {
    return answer;
  }
  const earlier = answerOf(before);
  return earlier.kind === 'read'
    ? { kind: 'stale', scan: earlier.scan, reason: answer.reason }
    : { kind: 'unread', reason: answer.reason };
}

const PENDING: EcrAnswer = { kind: 'pending', isEnded: false, reason: 'its scan has not ended' };

function newAnswer(scan: EcrImageScan | undefined, { before, isRestarted }: Begun): EcrAnswer {
  const isOld = isRestarted && before !== undefined && scan?.completedAtMs === before.completedAtMs;
  return isOld && answerOf(scan).kind === 'read' ? PENDING : answerOf(scan);
}
