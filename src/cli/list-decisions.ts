import { daysLeft, decisionSubject, endsSoon, isTooLong, type Decision } from '../model/index.ts';
import { tableText } from '../report/index.ts';

export interface ListedDecision {
  readonly file: string;
  readonly kind: Decision['kind'];
  readonly target: string;
  /** What of the image it is about; empty for the whole image. */
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  readonly state: 'in force' | 'too long' | 'ends soon' | 'expired';
}

/** Every decision of a catalog, those that need somebody first. */
export function listDecisions(decisions: readonly Decision[], now: Date): readonly ListedDecision[] {
  const order = ['expired', 'ends soon', 'too long', 'in force'];
  return decisions
    .map((decision) => {
      const { file, kind, target, owner, reason, expires } = decision;
      const subject = decisionSubject(decision);
      return { file, kind, target, subject, owner, reason, expires, state: stateOf(decision, now) };
    })
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.file < b.file ? -1 : 1));
}

function stateOf(decision: Decision, now: Date): ListedDecision['state'] {
  if (daysLeft(decision.expires, now) < 0) {
    return 'expired';
  }
  if (endsSoon(decision, now)) {
    return 'ends soon';
  }
  return isTooLong(decision, now) ? 'too long' : 'in force';
}

export function decisionsText(decisions: readonly ListedDecision[]): string {
  if (decisions.length === 0) {
    return 'no exceptions: `ingot decide --help` says how to write one';
  }
  const titles = ['state', 'until', 'kind', 'target', 'subject', 'owner', 'file'];
  const rows = decisions.map(({ state, expires, kind, target, subject, owner, file }) => [
    state,
    expires,
    kind,
    target,
    subject,
    owner,
    file,
  ]);
  return tableText(
    titles.map((title) => ({ title, align: 'left' as const })),
    rows,
  );
}
