import type { AuditedDecision, AuditReport } from './audit-report.ts';
import { isApproved, readDecision, type GitDeps } from './read-approvals.ts';
import { auditTrack, type AuditDeps, type AuditedTrack, type Period } from './read-releases.ts';

/** Everything that was released in a period, under which decisions, and who approved those. */
export async function audit(
  tracks: readonly AuditedTrack[],
  period: Period,
  deps: AuditDeps & { readonly git: GitDeps },
): Promise<AuditReport> {
  const audited = [];
  for (const track of tracks) {
    audited.push(await auditTrack(track, period, deps));
  }
  const releases = audited.flatMap((each) => each.releases);
  const decisions: AuditedDecision[] = [];
  for (const [commit, file] of decisionsUsed(releases)) {
    decisions.push(await readDecision(file, commit, deps.git));
  }
  return {
    since: period.since.toISOString(),
    until: period.until.toISOString(),
    identity: deps.trust.identity,
    images: tracks.map(({ image }) => image),
    releases: releases.toSorted((a, b) => (a.record.promotedAt < b.record.promotedAt ? -1 : 1)),
    decisions,
    gaps: [
      ...audited.flatMap(({ gaps }) => gaps),
      ...uncommittedGaps(releases),
      ...decisions.flatMap(decisionGaps),
    ],
  };
}

type Releases = AuditReport['releases'];

function decisionsUsed(releases: Releases): readonly (readonly [string, string])[] {
  const used = releases.flatMap(({ decisionsCommit, decisions }) =>
    decisionsCommit === null
      ? []
      : decisions.map((file) => [`${decisionsCommit} ${file}`, [decisionsCommit, file]] as const),
  );
  return [...new Map(used).values()].map(([commit, file]) => [commit, file] as const);
}

function uncommittedGaps(releases: Releases): readonly string[] {
  return releases
    .filter(({ decisionsCommit, decisions }) => decisionsCommit === null && decisions.length > 0)
    .map(
      ({ image, record, decisions }) =>
        `${image} ${record.tags.unique}: ${decisions.join(', ')} in no commit`,
    );
}

function decisionGaps({ file, commit, content, approvals }: AuditedDecision): readonly string[] {
  const what = `${file} at ${commit}`;
  if (content === null) {
    return [`${what}: the catalog's git does not have it`];
  }
  const [newest] = approvals;
  if (newest === undefined) {
    return [`${what}: no commit wrote it`];
  }
  return isApproved(newest) ? [] : [`${what}: nobody but its author, ${newest.author}, approved it`];
}
