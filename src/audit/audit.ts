import { onceEach } from '../model/index.ts';
import { trustText } from '../verify/index.ts';
import type { AuditedDecision, AuditedRelease, AuditReport, DecisionFiles } from './audit-report.ts';
import { compareDecisions, readCommitted } from './committed-decisions.ts';
import type { GitDeps } from './git.ts';
import { isApproved, readDecision } from './read-approvals.ts';
import {
  auditTrack,
  type AuditDeps,
  type AuditedTrack,
  type Period,
  type ReadRelease,
} from './read-releases.ts';

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
  const releases = await withDecisionFiles(
    audited.flatMap((each) => each.releases),
    deps.git,
  );
  const decisions: AuditedDecision[] = [];
  for (const [commit, file] of decisionsUsed(releases)) {
    decisions.push(await readDecision(file, commit, deps.git));
  }
  return {
    since: period.since.toISOString(),
    until: period.until.toISOString(),
    identity: trustText(deps.trust),
    images: tracks.map(({ image }) => image),
    releases: releases.toSorted((a, b) => (a.record.promotedAt < b.record.promotedAt ? -1 : 1)),
    decisions,
    gaps: [
      ...audited.flatMap(({ gaps }) => gaps),
      ...uncommittedGaps(releases),
      ...releases.flatMap(decisionFileGaps),
      ...decisions.flatMap(decisionGaps),
    ],
  };
}

/** Nights in a row are made under one commit. */
async function withDecisionFiles(
  releases: readonly ReadRelease[],
  deps: GitDeps,
): Promise<readonly AuditedRelease[]> {
  const committedIn = onceEach((commit: string) => readCommitted(commit, deps));
  const compared: AuditedRelease[] = [];
  for (const { attestedDecisions: attested, ...release } of releases) {
    const decisionFiles: DecisionFiles =
      attested === null
        ? { status: 'not-compared', reason: 'no commit is attested' }
        : compareDecisions(attested, await committedIn(attested.commit));
    compared.push({ ...release, decisionFiles });
  }
  return compared;
}

/** Where no commit is attested, that is told already. */
function decisionFileGaps({
  image,
  record,
  decisionsCommit,
  decisionFiles,
}: AuditedRelease): readonly string[] {
  const what = `${image} ${record.tags.unique}: its decisions`;
  switch (decisionFiles.status) {
    case 'as-committed':
      return [];
    case 'different':
      return decisionFiles.differences.map(
        (difference) => `${what} are not those of commit ${decisionsCommit ?? ''}: ${difference}`,
      );
    case 'not-compared':
      return decisionsCommit === null ? [] : [`${what} were not compared: ${decisionFiles.reason}`];
  }
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
