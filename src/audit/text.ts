import { SEVERITIES } from '../model/index.ts';
import { countText, escaped, markdownTable, tableText } from '../report/index.ts';
import type { Approval, AuditedDecision, AuditedRelease, AuditedScan, AuditReport } from './audit-report.ts';

const RELEASE_TITLES = [
  'released',
  'image',
  'tag',
  'verdict',
  'scan',
  'tests',
  'decisions',
  'all decisions',
  'reason',
];
const DECISION_TITLES = ['decision', 'kind', 'target', 'owner', 'until', 'written by', 'approved by'];
const DATE_LENGTH = 'yyyy-mm-ddThh:mm'.length;
/** Of a commit: enough to be one in any repository. */
const COMMIT_LENGTH = 12;

/** For a terminal: gaps last, where the eye is. */
export function auditText(report: AuditReport): string {
  const sections = [
    periodText(report),
    table(RELEASE_TITLES, report.releases.map(releaseRow)),
    table(DECISION_TITLES, report.decisions.map(decisionRow)),
    gapsText(report),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** For the auditor's file: the same, with digests, and what each decision says. */
export function auditMarkdown(report: AuditReport): string {
  const { releases, decisions, gaps } = report;
  const sections = [
    `# Releases from ${day(report.since)} to ${day(report.until)}`,
    `${periodText(report)}.`,
    gaps.length === 0
      ? 'Everything below was verified.'
      : `## Not verified\n\n${gaps.map((gap) => `- **${escaped(gap)}**`).join('\n')}`,
    `## Releases\n\n${releases.length === 0 ? 'None.' : markdownTable([...RELEASE_TITLES, 'digest', 'previous'], releases.map(longRow))}`,
    `## Decisions\n\n${decisions.length === 0 ? 'None was used.' : decisions.map(decisionSection).join('\n\n')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function periodText({ since, until, identity, images, releases }: AuditReport): string {
  const count = `${countText(releases.length, 'release')} of ${countText(images.length, 'image')}`;
  return `${count} from ${day(since)} to ${day(until)}, signed by ${identity}`;
}

function gapsText({ gaps }: AuditReport): string {
  return gaps.length === 0
    ? 'no gaps: everything above was verified'
    : [`NOT VERIFIED, ${gaps.length}:`, ...gaps.map((gap) => `  ${gap}`)].join('\n');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0
    ? ''
    : tableText(
        titles.map((title) => ({ title, align: 'left' as const })),
        rows,
      );
}

function releaseRow(release: AuditedRelease): readonly string[] {
  const { image, record, verdict, scans, tests, decisions } = release;
  return [
    record.promotedAt.slice(0, DATE_LENGTH),
    image,
    record.tags.unique,
    verdict ?? 'unknown',
    scans.map(scanText).join(', ') || 'unknown',
    tests ?? 'unknown',
    decisions.map(fileName).join(', ') || (verdict === null ? 'unknown' : 'none'),
    decisionFilesText(release),
    record.rolledBackFrom === undefined
      ? record.reason
      : `back from ${record.rolledBackFrom}: ${record.reason}`,
  ];
}

/** Whether the run had what is committed, and where that is to be looked up. */
function decisionFilesText({ decisionFiles, decisionsCommit }: AuditedRelease): string {
  const commit = decisionsCommit?.slice(0, COMMIT_LENGTH) ?? 'no commit';
  switch (decisionFiles.status) {
    case 'as-committed':
      return `as in ${commit}`;
    case 'different':
      return `not as in ${commit}`;
    case 'not-compared':
      return `not compared: ${commit}`;
  }
}

function longRow(release: AuditedRelease): readonly string[] {
  const { digest, previous } = release.record;
  return [...releaseRow(release), digest, previous ?? 'none'];
}

function scanText({ tool, status, counts }: AuditedScan): string {
  const found = SEVERITIES.toReversed().flatMap((level) =>
    counts[level] > 0 ? [`${counts[level]} ${level}`] : [],
  );
  return `${tool} ${status === 'findings' ? found.join(' ') || status : status}`;
}

function decisionRow({ file, content, approvals }: AuditedDecision): readonly string[] {
  const [newest] = approvals;
  const { kind, target, owner, expires } = content ?? UNKNOWN;
  const people = newest === undefined ? ['unknown', 'unknown'] : [newest.author, approversText(newest)];
  return [fileName(file), kind, target, owner, expires, ...people];
}

const UNKNOWN = { kind: 'unknown', target: 'unknown', owner: 'unknown', expires: 'unknown' };

/** A committer who is not the author merged it. */
function approversText({ author, committer, approvedBy }: Approval): string {
  const others = [...(committer === author ? [] : [`committed by ${committer}`]), ...approvedBy];
  return others.join('; ') || 'nobody else';
}

function decisionSection(decision: AuditedDecision): string {
  const { file, commit, content, approvals } = decision;
  const said =
    content === null
      ? 'What it said is not known.'
      : `${content.kind} for \`${content.target}\` until ${content.expires}, by ${escaped(content.owner)}: ${escaped(content.reason)}`;
  const commits = approvals.map(
    (approval) =>
      `- ${approval.commit.slice(0, COMMIT_LENGTH)}, ${approval.committedAt}, by ${escaped(approval.author)}: ${escaped(approversText(approval))}`,
  );
  return [`### \`${file}\` at ${commit.slice(0, COMMIT_LENGTH)}`, said, commits.join('\n')]
    .join('\n\n')
    .trimEnd();
}

function fileName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function day(instant: string): string {
  return instant.slice(0, 'yyyy-mm-dd'.length);
}
