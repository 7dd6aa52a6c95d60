import { decisionsMarkdown } from './decisions-text.ts';
import { code, escaped, markdownTable } from './markdown-table.ts';
import { resourceText } from './drift-text.ts';
import { postponedText } from './outcome-text.ts';
import { findingRow, statusWord } from './scan-text.ts';
import { changesText } from './package-groups.ts';
import type { Report, ReportedImage } from './schema.ts';
import { elapsedMs, outcomeCounts, sharingText, stagesMs } from './summary.ts';
import { durationText, megabytesText } from './units.ts';

/** The report for a reader: what a pull request comment or a run's summary page shows. */
export function reportMarkdown(report: Report): string {
  const sections = [
    `# ingot run ${report.runId}`,
    `${outcomeCounts(report)} in ${durationText(elapsedMs(report))}, target ${code(report.target)}, exit code ${report.exitCode}.`,
    overview(report.images),
    sharingText(report),
    decisionsMarkdown(report.decisions),
    driftPart(report),
    ...report.images.map(imageSection),
  ].filter((section) => section !== '');
  return `${sections.join('\n\n')}\n`;
}

function driftPart({ drift, target }: Report): string {
  if (drift === null) {
    return '';
  }
  if (drift.error !== null) {
    return `## drift: unknown\n\n${errorPart(drift)}`;
  }
  const left = drift.left === 0 ? '' : ` Left to the next nights: ${drift.left} policies and settings.`;
  if (drift.resources.length === 0) {
    return `The registry is as the catalog says.${left}`;
  }
  const lines = drift.resources.map((resource) => `- ${escaped(resourceText(resource))}`);
  const how = `Not as the catalog says; ${code(`ingot ecr plan --target ${target}`)} tells more.${left}`;
  return `## drift\n\n${how}\n\n${lines.join('\n')}`;
}

function overview(images: readonly ReportedImage[]): string {
  const header = ['image', 'outcome', 'tags', 'packages', 'download', 'unpacked', 'findings', 'time'];
  return markdownTable(
    header,
    images.map((image) => [
      image.id,
      image.outcome,
      image.tags.map(code).join(' '),
      String(image.packages.length),
      image.sizes === null ? '' : megabytesText(image.sizes.compressed),
      image.sizes === null ? '' : megabytesText(image.sizes.unpacked),
      String(image.findings.length),
      durationText(stagesMs(image)),
    ]),
  );
}

function imageSection(image: ReportedImage): string {
  const facts = [
    ...(image.ref === null ? [] : [`- reference: ${code(image.ref)}`]),
    ...(image.buildId === null ? [] : [`- build id: ${code(image.buildId)}`]),
    ...(image.stack === '' ? [] : [stackText(image)]),
    ...(image.postponed === null
      ? []
      : [`- ${postponedText(image.postponed)}; the last failure is ${code(image.postponed.code)}`]),
    ...(image.failingSince === null ? [] : [`- policy says no since ${image.failingSince}`]),
    `- stages: ${stagesText(image)}`,
  ];
  const parts = [
    `## ${image.id}: ${image.outcome}`,
    facts.join('\n'),
    errorPart(image),
    reasonsPart(image),
    noticesPart(image),
    scansPart(image),
    changesPart(image),
    findingsPart(image),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function stackText({ stack, variant, platforms }: ReportedImage): string {
  return `- stack: ${stack} (${variant}), platforms: ${platforms.join(', ') || 'none'}`;
}

function stagesText({ stages }: ReportedImage): string {
  return stages
    .map(({ stage, status, ms }) =>
      status === 'done' ? `${stage} ${durationText(ms)}` : `${stage} ${status}`,
    )
    .join(', ');
}

function errorPart({ error }: Pick<ReportedImage, 'error'>): string {
  if (error === null) {
    return '';
  }
  const hint = error.hint === null ? '' : `\n\nHint: ${error.hint}`;
  return `${code(error.code)}\n\n${fenced(error.message)}${hint}`;
}

function reasonsPart({ reasons }: ReportedImage): string {
  return reasons.map(({ rule, message }) => `- ${code(rule)}: ${escaped(message)}`).join('\n');
}

function noticesPart({ notices }: ReportedImage): string {
  return notices.map((notice) => `- note: ${escaped(notice)}`).join('\n');
}

/** The whole of it is in the image's `changes.md`, and attested. */
function changesPart({ changes }: ReportedImage): string {
  if (changes === null) {
    return '';
  }
  const rows = changes.packages.map(({ name, from, to, fixed, introduced }) => [
    name,
    from ?? '',
    to ?? '',
    fixed.map(({ id }) => id).join(', '),
    introduced.map(({ id }) => id).join(', '),
  ]);
  const table = markdownTable(['package', 'from', 'to', 'CVEs fixed', 'CVEs introduced'], rows);
  return [
    `Changes since ${code(changes.since)}: ${changesText(changes)}`,
    ...(rows.length > 0 ? [table] : []),
  ].join('\n\n');
}

function findingsPart({ findings }: ReportedImage): string {
  if (findings.length === 0) {
    return '';
  }
  const header = ['finding', 'severity', 'package', 'installed', 'fixed', 'vendor', 'scanners'];
  return markdownTable(header, findings.map(findingRow));
}

/** Also where nothing was found: who looked, and with which knowledge. */
function scansPart({ scans, knownExploited }: ReportedImage): string {
  const exploited =
    knownExploited === null || knownExploited.status === 'current'
      ? []
      : [
          `- known exploited vulnerabilities: ${knownExploited.status}: ${escaped(knownExploited.reason ?? '')}`,
        ];
  return [...scans.map(scanLine), ...exploited].join('\n');
}

function scanLine(scan: ReportedImage['scans'][number]): string {
  const { scanner, version, feedDate, reason, unseen } = scan;
  const known = feedDate === null ? [] : [`as of ${feedDate}`];
  const blind = unseen.length === 0 ? [] : [`does not look at ${unseen.join(', ')}`];
  const more = [...known, ...(reason === null ? [] : [reason]), ...blind].map(escaped);
  const by = version === '' ? code(scanner) : `${code(scanner)} ${escaped(version)}`;
  return `- ${by}: ${[statusWord(scan), ...more].join('; ')}`;
}

/** A fence longer than any the text has. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
