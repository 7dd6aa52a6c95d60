import type {
  BuildId,
  CatalogEntry,
  DigestRef,
  FreezeDecision,
  ImageId,
  ImageOutcome,
  ReleaseRecord,
  ScanReport,
  TestReport,
} from '../model/index.ts';
import { decisionsFor } from '../stages/gate/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { RunningDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { placesOf } from './plan-image.ts';
import { recheckImage, type RecheckWork } from './recheck-image.ts';

/** How an image ends of which nothing new is made, and what there is to tell of it. */
export interface FrozenImage {
  readonly outcome: ImageOutcome;
  readonly notices: readonly string[];
}

/**
 * An image that is frozen, or was until somebody forgot to say how it goes on; undefined for any other. Nothing is
 * resolved for it: a freeze also counts while an archive is not to be trusted. What is published is scanned and judged
 * on, and policy saying no to it is told as of any other.
 */
export async function frozenImage(
  entry: CatalogEntry,
  deps: RunningDeps,
  work: RecheckWork,
): Promise<FrozenImage | undefined> {
  const { inForce, expired } = decisionsFor('freeze', entry.id, gateConditions(deps));
  const by = inForce[0] ?? expired[0];
  if (by === undefined) {
    return undefined;
  }
  const { repository } = placesOf(entry, deps);
  const released = await readRelease({ repository, track: entry.track }, deps);
  const isOver = inForce.length === 0;
  if (isOver && released === undefined) {
    // there is nothing to judge; the gate says no to what is built now
    return undefined;
  }
  const notices = isOver ? [] : [frozenText(by)];
  if (released === undefined) {
    return { outcome: { id: entry.id, kind: 'frozen', by }, notices };
  }
  const kept = await keepRelease({ entry, released }, deps, work);
  return { outcome: kept.kind === 'blocked' ? kept : { ...kept, kind: 'frozen', by }, notices };
}

type Blocked = Extract<ImageOutcome, { readonly kind: 'blocked' }>;

/** A release that stays although something else is due, with what is known of it today, as far as that can be told. */
export interface KeptRelease {
  readonly kind: 'kept';
  readonly id: ImageId;
  readonly ref: DigestRef;
  readonly record: ReleaseRecord;
  readonly buildId?: BuildId;
  readonly scan?: ScanReport;
  readonly report?: TestReport;
}

/** Scans and judges what is published of an image of which nothing new is made. */
export async function keepRelease(
  { entry, released }: { readonly entry: CatalogEntry; readonly released: ReleaseRecord },
  deps: RunningDeps,
  work: RecheckWork,
): Promise<KeptRelease | Blocked> {
  const { repository } = placesOf(entry, deps);
  const request = { rendered: { locked: { entry } }, released, isPublished: false };
  const rechecked = await recheckImage(request, deps, work);
  if (rechecked?.kind === 'blocked') {
    return rechecked;
  }
  const known = rechecked ?? { ref: { repository, digest: released.digest }, record: released };
  return { id: entry.id, ...known, kind: 'kept' };
}

function frozenText({ file, expires, reason, owner }: FreezeDecision): string {
  return `frozen by ${file} until ${expires}: ${reason} (${owner})`;
}
