import type { Decision } from '../model/index.ts';
import { tableText } from '../report/index.ts';

/** Long enough before the end to prolong it. */
const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

export interface ListedDecision {
  readonly file: string;
  readonly kind: Decision['kind'];
  readonly target: string;
  /** What of the image it is about; empty for the whole image. */
  readonly subject: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  readonly state: 'in force' | 'ends soon' | 'expired';
}

/** Every decision of a catalog, those that need somebody first. */
export function listDecisions(decisions: readonly Decision[], now: Date): readonly ListedDecision[] {
  const order = ['expired', 'ends soon', 'in force'];
  return decisions
    .map(({ file, kind, target, owner, reason, expires, ...rest }) => {
      const subject = subjectOf({ file, kind, target, owner, reason, expires, ...rest } as Decision);
      return { file, kind, target, subject, owner, reason, expires, state: stateOf(expires, now) };
    })
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.file < b.file ? -1 : 1));
}

function stateOf(expires: string, now: Date): ListedDecision['state'] {
  const days = Math.floor((Date.parse(`${expires}T00:00:00Z`) + DAY_MS - 1 - now.getTime()) / DAY_MS);
  if (!(days >= 0)) {
    return 'expired';
  }
  return days <= SOON_DAYS ? 'ends soon' : 'in force';
}

export function subjectOf(decision: Decision): string {
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
