import type { PublishedScan } from '../model/index.ts';
import { toReportedFeed, toReportedFinding, toReportedScan } from './scan-fields.ts';
import type { ReportedFeed, ReportedFinding, ReportedScan } from './scan-schema.ts';
import type { Report } from './schema.ts';
import { tableText, type Column } from './table.ts';
import { countText } from './units.ts';

const STATUS_WORDS: Readonly<Record<ReportedScan['status'], string>> = {
  clean: 'clean',
  'up-to-date': 'up to date',
  findings: 'findings',
  stale: 'stale',
  'not-scanned': 'not scanned',
};

const SCAN_COLUMNS: readonly Column[] = ['scanner', 'status', 'findings', 'knows of', 'not looked at'].map(
  (title) => ({ title, align: title === 'findings' ? 'right' : 'left' }),
);

const FINDING_COLUMNS: readonly Column[] = [
  'finding',
  'severity',
  'package',
  'installed',
  'fixed',
  'vendor',
  'scanners',
].map((title) => ({ title, align: 'left' }));

/** What `ingot scan` says of one release. */
export function scanText({ ref, image, version, scan }: PublishedScan): string {
  const scans = scan.results.map(toReportedScan);
  const findings = scan.findings.map(toReportedFinding);
  const parts = [
    `${image} ${version}\n${ref.repository}@${ref.digest}`,
    [
      tableText(SCAN_COLUMNS, scans.map(scanRow)),
      ...reasonLines(scans),
      ...feedLines(toReportedFeed(scan.knownExploited)),
    ].join('\n'),
    findings.length === 0 ? nothingFound(scans) : tableText(FINDING_COLUMNS, findings.map(findingRow)),
  ];
  return parts.join('\n\n');
}

export function statusWord({ status }: Pick<ReportedScan, 'status'>): string {
  return STATUS_WORDS[status];
}

function scanRow(scan: ReportedScan): string[] {
  return [
    scan.scanner,
    statusWord(scan),
    scan.status === 'not-scanned' ? '-' : String(scan.findings),
    scan.feedDate === null ? '-' : minutes(scan.feedDate),
    scan.unseen.join(', '),
  ];
}

/** `2026-11-26 13:21 UTC` */
function minutes(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

function reasonLines(scans: readonly ReportedScan[]): readonly string[] {
  return scans.flatMap(({ scanner, reason }) => (reason === null ? [] : [`  ${scanner}: ${reason}`]));
}

function feedLines(feed: ReportedFeed | null): readonly string[] {
  if (feed === null || feed.status === 'current') {
    return [];
  }
  const what = feed.status === 'stale' ? `stale, of ${feed.feedDate ?? '?'}` : 'not read';
  return [`  known exploited vulnerabilities: ${what}: ${feed.reason ?? ''}`];
}

/** Finding nothing says as much as those that looked know. */
function nothingFound(scans: readonly ReportedScan[]): string {
  const looked = scans.filter(({ status }) => status !== 'not-scanned').map(({ scanner }) => scanner);
  return looked.length === 0 ? 'nobody looked' : `nothing found by ${looked.join(', ')}`;
}

export function findingRow(finding: ReportedFinding): string[] {
  const { id, knownExploited, severity, package: name, installed, fixed, vendorStatus, scanners } = finding;
  return [
    knownExploited ? `${id} (exploited)` : id,
    severity,
    name,
    installed,
    fixed ?? 'no fix',
    vendorStatus ?? '-',
    scanners.join(', '),
  ];
}

/** One line for each scanner of a run, over all its images; empty where nothing was scanned. */
export function runScansText({ images }: Pick<Report, 'images'>): string {
  const scans = images.flatMap((image) => image.scans);
  const lines = [...Map.groupBy(scans, ({ scanner }) => scanner)].map(([scanner, group]) => {
    const counts = [...Map.groupBy(group, statusWord)].map(([word, some]) => `${some.length} ${word}`);
    const reasons = [...new Set(group.flatMap(({ reason }) => reason ?? []))];
    return { scanner, text: [counts.join(', '), ...reasons.slice(0, 1)].join(': ') };
  });
  const width = Math.max(0, ...lines.map(({ scanner }) => scanner.length));
  return [
    ...lines.map(({ scanner, text }) => `${scanner.padEnd(width)}  ${text}`),
    ...exploitedLines(images),
  ].join('\n');
}

function exploitedLines(images: Report['images']): readonly string[] {
  const exploited = images.flatMap(({ id, findings }) =>
    findings.flatMap((finding) =>
      finding.knownExploited ? [`${id} has ${finding.id} in ${finding.package}`] : [],
    ),
  );
  return exploited.length === 0
    ? []
    : [`${countText(exploited.length, 'finding')} known to be exploited: ${exploited.join(', ')}`];
}
