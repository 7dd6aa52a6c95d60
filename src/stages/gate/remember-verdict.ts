import type { GateReason, GateVerdict, RememberedVerdict } from '../../model/index.ts';

/** A verdict of this run, with what it was about. */
export interface NewVerdict extends Pick<RememberedVerdict, 'judged' | 'buildId' | 'policy'> {
  readonly verdict: GateVerdict;
  /** ISO instant: the run's one reading of the clock. */
  readonly at: string;
}

export interface FollowedVerdict {
  readonly remembered: RememberedVerdict;
  /** Policy says no for a reason that was not told before. */
  readonly isNews: boolean;
  /** Differs from what was remembered, so that it has to be written. */
  readonly hasChanged: boolean;
}

/**
 * What is remembered after this verdict. News is what somebody has to look at: a reason that was not there before. A
 * reason less is none, and neither is another build that is blocked for the same: with Debian moving, that is most
 * nights. `since` goes on for as long as policy says no.
 */
export function followVerdict(before: RememberedVerdict | undefined, now: NewVerdict): FollowedVerdict {
  const { verdict, judged, buildId, policy, at } = now;
  const said = verdict.kind === 'pass' ? [] : verdict.reasons;
  const reasons = said.map(({ rule, message }) => ({ rule, message }));
  const told = before?.reasons ?? [];
  const isSame = (before?.verdict ?? 'pass') === verdict.kind;
  const since = isSame && before !== undefined ? before.since : at;
  const remembered = {
    schemaVersion: 1,
    verdict: verdict.kind,
    since,
    judged,
    buildId,
    reasons,
    policy,
  } as const;
  return {
    remembered,
    isNews: reasons.some((reason) => !told.some((each) => isSameReason(each, reason))),
    hasChanged: before === undefined ? verdict.kind === 'block' : !isSameVerdict(before, remembered),
  };
}

type Told = Pick<GateReason, 'rule' | 'message'>;

function isSameReason(a: Told, b: Told): boolean {
  return a.rule === b.rule && a.message === b.message;
}

/** A pass is a pass, whatever build or policy it was about: a night on which all is well writes nothing. */
function isSameVerdict(a: RememberedVerdict, b: RememberedVerdict): boolean {
  if (a.verdict === 'pass' && b.verdict === 'pass') {
    return true;
  }
  return (
    a.verdict === b.verdict &&
    a.judged === b.judged &&
    a.buildId === b.buildId &&
    a.policy === b.policy &&
    a.reasons.length === b.reasons.length &&
    a.reasons.every((reason) => b.reasons.some((each) => isSameReason(each, reason)))
  );
}
