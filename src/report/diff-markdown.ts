import type {
  ConfigChange,
  CveNote,
  FileChange,
  FindingChanges,
  ImageChanges,
  PackageChange,
  ReleaseChanges,
} from '../model/index.ts';
import { packageCountsText, sizesText, unscannedText } from './diff-text.ts';
import { fileChangeText, fileCountsText, telling } from './file-changes.ts';
import { code, escaped, markdownTable } from './markdown-table.ts';
import { cveText, packageGroups, type PackageGroup } from './package-groups.ts';
import { printable } from './printable.ts';

/** Of each list: a release's notes are read, not searched. */
const MOST_FILES = 30;

/** `ingot diff --format markdown`: for a pull request or a wiki. */
export function diffMarkdown(changes: ImageChanges): string {
  const { before, after, packages, files, config, findings } = changes;
  return document([
    `Before: ${code(before.reference)}, ${before.platform}  \nAfter: ${code(after.reference)}, ${after.platform}`,
    before.manifest === after.manifest ? 'Identical: the same manifest.' : '',
    packagesPart(packages, []),
    findingsPart(findings),
    filesPart('## Files', files, packages),
    configPart('## Configuration', config),
    `${escaped(sizesText(changes.sizes))}.`,
    ...changes.notRead.map((what) => `Not read: ${escaped(what)}; its packages may differ.`),
  ]);
}

/** What a release is called where people look for what is new in it. */
export interface ReleaseTitle {
  /** `python-3.13` */
  readonly id: string;
  readonly tag: string;
  /** `127.0.0.1:5000/golden/python@sha256:…` */
  readonly reference: string;
}

/** A release's changelog against the one before it: `changes.md`, and the notes of a release on a forge. */
export function releaseNotes({ id, tag, reference }: ReleaseTitle, changes: ReleaseChanges): string {
  const platforms = changes.platforms.map(({ platform }) => platform);
  return document([
    `# ${id} ${tag}`,
    `${code(reference)}, after ${code(changes.previous.tag)}.`,
    packagesPart(changes.packages, platforms),
    findingsPart(changes.findings),
    ...changes.platforms.flatMap(({ platform, files, config, sizes }) => [
      filesPart(`## Files, ${platform}`, files, changes.packages),
      configPart(`## Configuration, ${platform}`, config),
      `${platform}: ${escaped(sizesText(sizes))}.`,
    ]),
  ]);
}

function document(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function packagesPart(packages: readonly PackageChange[], platforms: readonly string[]): string {
  if (packages.length === 0) {
    return 'No package changed.';
  }
  const groups = packageGroups(packages, platforms);
  const cves = cveText(packages);
  const rows = groups.map((group) => [
    group.verb,
    nameText(group),
    group.before,
    group.after,
    cvesCell(group),
  ]);
  const notes = [
    ...noteLines(
      'fixed',
      groups.flatMap(({ fixed }) => fixed),
    ),
    ...noteLines(
      '**introduced**',
      groups.flatMap(({ introduced }) => introduced),
    ),
  ];
  return [
    '## Packages',
    `${packageCountsText(packages)}${cves === '' ? '' : `; ${cves}`}.`,
    markdownTable(['', 'package', 'from', 'to', 'CVEs fixed'], rows),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
  ].join('\n\n');
}

function nameText({ name, members, platforms }: PackageGroup): string {
  const more = [...members, ...platforms];
  return more.length === 0 ? name : `${name} (${more.join(', ')})`;
}

function cvesCell({ isUnknown, fixed, introduced }: PackageGroup): string {
  const ids = [...fixed.map(({ id }) => id), ...introduced.map(({ id }) => `introduced: ${id}`)];
  return isUnknown ? 'unknown' : ids.join(', ');
}

function noteLines(verb: string, notes: readonly CveNote[]): readonly string[] {
  return notes.map(({ id, line }) => `- ${verb} ${id}: ${escaped(line)}`);
}

function findingsPart({ appeared, gone, scanned }: FindingChanges): string {
  if (!scanned.before || !scanned.after) {
    return `Findings of scanners are not compared, as ${unscannedText(scanned)}.`;
  }
  const rows = [
    ...appeared.map((finding) => ({ verb: 'new', ...finding })),
    ...gone.map((finding) => ({ verb: 'gone', ...finding })),
  ].map(({ verb, id, severity, package: name, installed, scanners }) => [
    verb,
    id,
    severity,
    `${name} ${installed}`,
    scanners.join(', '),
  ]);
  const header = ['', 'finding', 'severity', 'package', 'scanners'];
  return rows.length === 0 ? '' : `## Findings of scanners\n\n${markdownTable(header, rows)}`;
}

function filesPart(title: string, files: readonly FileChange[], packages: readonly PackageChange[]): string {
  if (files.length === 0) {
    return '';
  }
  const shown = telling(files, packages);
  const lines = shown.slice(0, MOST_FILES).map((file) => `    ${printable(fileChangeText(file))}`);
  const rest = shown.length - lines.length;
  const inPackages = files.length - shown.length;
  const where =
    inPackages === 0 ? '' : `, ${inPackages} of them in packages that changed, or in folders below`;
  return [
    title,
    `${fileCountsText(files)}${where}.`,
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
    ...(rest > 0 ? [`and ${rest} more.`] : []),
  ].join('\n\n');
}

function configPart(title: string, config: readonly ConfigChange[]): string {
  const rows = config.map(({ field, before = '', after = '' }) => [field, before, after]);
  return rows.length === 0 ? '' : `${title}\n\n${markdownTable(['field', 'from', 'to'], rows)}`;
}
