import { z } from 'zod';
import type { Approval, AuditedDecision } from './audit-report.ts';
import { committedFile, git, type GitDeps } from './git.ts';

/** ASCII's own separators, which no name or trailer has. */
const [FIELD, RECORD, ITEM] = ['\x1f', '\x1e', '\x1d'];

/** How somebody else says that they looked: git-interpret-trailers, and what forges write at a merge. */
const APPROVAL_TRAILERS = ['Reviewed-by', 'Approved-by', 'Acked-by', 'Signed-off-by', 'Co-authored-by'];

const FORMAT = [
  '%H',
  '%an <%ae>',
  '%cn <%ce>',
  '%cI',
  `%(trailers:${APPROVAL_TRAILERS.map((key) => `key=${key}`).join(',')},unfold,separator=%x1d)`,
].join('%x1f');

const DecisionSchema = z.object({
  kind: z.string(),
  target: z.string(),
  owner: z.string(),
  reason: z.string(),
  expires: z.string(),
});

/** What a decision said in a commit, and who wrote and approved it up to there. */
export async function readDecision(file: string, commit: string, deps: GitDeps): Promise<AuditedDecision> {
  const text = await committedFile(commit, file, deps);
  const log = await git(['log', `--format=${FORMAT}%x1e`, commit, '--', file], deps);
  return { file, commit, content: parseContent(text), approvals: parseLog(log ?? '') };
}

function parseContent(text: string | undefined): AuditedDecision['content'] {
  try {
    return DecisionSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}

export function parseLog(log: string): readonly Approval[] {
  return log
    .split(RECORD)
    .map((record) => record.trim())
    .filter((record) => record !== '')
    .map((record) => {
      const [commit = '', author = '', committer = '', committedAt = '', trailers = ''] = record.split(FIELD);
      const named = trailers.split(ITEM).filter((trailer) => trailer !== '' && !trailer.includes(author));
      return { commit, author, committer, committedAt, approvedBy: [...new Set(named)] };
    });
}

/** Whoever wrote a decision does not approve it: a forge that commits a merge, or a trailer, names another. */
export function isApproved({ author, committer, approvedBy }: Approval): boolean {
  return committer !== author || approvedBy.length > 0;
}
