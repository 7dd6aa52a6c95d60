import type {
  BeforeAfter,
  ConfigChange,
  ContentChanges,
  CveNote,
  FileChange,
  FindingChange,
  FindingChanges,
  ImageChanges,
  LayerChange,
  PackageChange,
} from '../model/index.ts';
import { fileChangeText, fileCountsText, telling } from './file-changes.ts';
import { countsText, cveText, packageGroups, type PackageGroup } from './package-groups.ts';
import { printable } from './printable.ts';
import { megabytesText } from './units.ts';

/** Of each list; --format json has all. */
const MOST_LINES = 40;
const MOST_CVES = 6;
const LINE_WIDTH = 110;
const SHORT_DIGEST = 'sha256:'.length + 12;

/** `ingot diff`: what two images differ in, for a terminal. */
export function diffText(changes: ImageChanges): string {
  const { before, after } = changes;
  const sections = [
    `before  ${before.reference}  ${before.platform}\nafter   ${after.reference}  ${after.platform}`,
    ...(before.manifest === after.manifest ? ['identical: the same manifest'] : differences(changes)),
    ...changes.notRead.map((what) => `not read: ${printable(what)}; its packages may differ`),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Two manifests of the same content differ in dates, history or packing alone: that is worth its own sentence. */
function differences(changes: ImageChanges): readonly string[] {
  const { packages, files, config, findings } = changes;
  const isSame = [packages, files, config].every((list) => list.length === 0);
  return [
    ...(isSame ? ['no change of packages, files or configuration; dates, history or packing differ'] : []),
    ...(packages.length > 0 ? [packagesText(packages)] : []),
    findingsText(findings),
    ...(files.length > 0 ? [filesText(files, packages)] : []),
    ...(config.length > 0 ? [section('configuration', config.map(configLine))] : []),
    layersText(changes.layers),
    sizesText(changes.sizes),
  ];
}

export function packagesText(packages: readonly PackageChange[], platforms: readonly string[] = []): string {
  const groups = packageGroups(packages, platforms);
  const width = Math.max(...groups.map(({ name }) => name.length));
  const cves = cveText(packages);
  return [
    `packages: ${packageCountsText(packages)}${cves === '' ? '' : `; ${cves}`}`,
    ...groups.flatMap((group) => groupLines(group, width)).map((line) => `  ${printable(line)}`),
  ].join('\n');
}

export function packageCountsText(packages: readonly PackageChange[]): string {
  return countsText({
    changed: packages.filter(({ before, after }) => before !== undefined && after !== undefined).length,
    added: packages.filter(({ before }) => before === undefined).length,
    removed: packages.filter(({ after }) => after === undefined).length,
  });
}

function groupLines(group: PackageGroup, width: number): readonly string[] {
  const { mark, name, before, after, members, platforms, isUnknown, fixed, introduced } = group;
  const versions = [before, after].filter((version) => version !== '').join(' → ');
  const notes = [
    ...(members.length > 0 ? [members.join(', ')] : []),
    ...platforms,
    ...(isUnknown ? ['no changelog found: fixed CVEs unknown'] : []),
  ];
  const note = notes.length === 0 ? '' : `  (${notes.join('; ')})`;
  return [
    `${mark} ${name.padEnd(width)}  ${versions}${note}`,
    ...noteLines('fixed', fixed),
    ...noteLines('INTRODUCED', introduced),
  ];
}

/** The newest ids first: what is years old is seldom why one looks. */
function noteLines(verb: string, notes: readonly CveNote[]): readonly string[] {
  const shown = notes.toReversed().slice(0, MOST_CVES);
  const rest = notes.slice(0, Math.max(0, notes.length - MOST_CVES)).toReversed();
  return [
    ...shown.map(({ id, line }) => `    ${verb} ${id}: ${shortened(line)}`),
    ...(rest.length > 0 ? [`    ${verb} ${rest.map(({ id }) => id).join(' ')}`] : []),
  ];
}

function shortened(line: string): string {
  return line.length > LINE_WIDTH ? `${line.slice(0, LINE_WIDTH - 1)}…` : line;
}

function findingsText({ appeared, gone, scanned }: FindingChanges): string {
  if (!scanned.before || !scanned.after) {
    return `findings: not compared, as ${unscannedText(scanned)}`;
  }
  return section(`findings: ${countsText({ new: appeared.length, gone: gone.length })}`, [
    ...appeared.map((finding) => `+ ${findingLine(finding)}`),
    ...gone.map((finding) => `- ${findingLine(finding)}`),
  ]);
}

export function unscannedText({ before, after }: FindingChanges['scanned']): string {
  if (before || after) {
    return `${before ? 'the image after' : 'the image before'} has no scan report`;
  }
  return 'neither image has a scan report';
}

function findingLine({ id, package: name, installed, severity, scanners }: FindingChange): string {
  return `${id}  ${severity}  ${name} ${installed}  (${scanners.join(', ')})`;
}

function filesText(files: readonly FileChange[], packages: readonly PackageChange[]): string {
  const shown = telling(files, packages);
  const hidden = files.length - shown.length;
  const where = hidden === 0 ? '' : `; ${hidden} of them in packages that changed, or in folders below`;
  return section(`files: ${fileCountsText(files)}${where}`, shown.map(fileChangeText));
}

function configLine({ field, before, after }: ConfigChange): string {
  if (before === undefined) {
    return `+ ${field}  ${after ?? ''}`;
  }
  return after === undefined ? `- ${field}  ${before}` : `~ ${field}  ${before} → ${after}`;
}

const WHERE: Readonly<Record<LayerChange['in'], string>> = {
  both: 'both  ',
  before: 'before',
  after: 'after ',
};

function layersText(layers: readonly LayerChange[]): string {
  return section(
    'layers',
    layers.map(({ digest, size, in: where }) => {
      return `${WHERE[where]}  ${megabytesText(size).padStart(9)}  ${digest.slice(0, SHORT_DIGEST)}`;
    }),
  );
}

export function sizesText({ download, unpacked }: ContentChanges['sizes']): string {
  return `size: download ${sizeText(download)}, unpacked ${sizeText(unpacked)}`;
}

function sizeText({ before, after }: BeforeAfter): string {
  const grown = after - before;
  const sign = grown < 0 ? '-' : '+';
  const change = grown === 0 ? '' : ` (${sign}${megabytesText(Math.abs(grown))})`;
  return `${megabytesText(before)} → ${megabytesText(after)}${change}`;
}

function section(title: string, lines: readonly string[]): string {
  const rest = lines.length - MOST_LINES;
  const more = rest > 0 ? [`and ${rest} more; --format json lists all`] : [];
  const shown = [...lines.slice(0, MOST_LINES), ...more];
  return [title, ...shown.map((line) => `  ${printable(line)}`)].join('\n');
}
