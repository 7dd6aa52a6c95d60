import { errorLines } from './error-text.ts';
import type { Report, ReportedImage } from './schema.ts';
import { tableText } from './table.ts';
import type { Column } from './table.ts';
import { countText, durationText, megabytesText } from './units.ts';

const COLUMNS: readonly Column[] = [
  { title: 'image', align: 'left' },
  { title: 'outcome', align: 'left' },
  { title: 'tags', align: 'left' },
  { title: 'packages', align: 'right' },
  { title: 'download', align: 'right' },
  { title: 'unpacked', align: 'right' },
  { title: 'time', align: 'right' },
];

const NOTHING = '-';

const LOCAL_HINT = 'to pull them: ingot local start; into your own Docker engine: ingot local load IMAGE';

/** What the user sees at the end of a run: a table, then what needs their attention, then where to read on. */
export function summaryText(report: Report, reportFile: string): string {
  const sections = [
    tableText(COLUMNS, report.images.map(rowOf)),
    referencesText(report),
    ...report.images.flatMap(attentionText),
    `${outcomeCounts(report)} in ${durationText(elapsedMs(report))}, target ${report.target}\nreport: ${reportFile}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function rowOf(image: ReportedImage): string[] {
  return [
    image.id,
    image.outcome,
    image.tags.join(', ') || NOTHING,
    String(image.packages.length),
    image.sizes === null ? NOTHING : megabytesText(image.sizes.compressed),
    image.sizes === null ? NOTHING : megabytesText(image.sizes.unpacked),
    durationText(stagesMs(image)),
  ];
}

/** What a developer writes behind FROM, and for the local registry how it is reached once the run is over. */
function referencesText({ images, target }: Report): string {
  const references = images.flatMap(({ ref }) => ref ?? []);
  const howTo = references.length > 0 && target === 'local' ? [LOCAL_HINT] : [];
  return [...references, ...howTo].join('\n');
}

function attentionText(image: ReportedImage): string[] {
  if (image.error !== null) {
    const { code, message, hint } = image.error;
    const stage = image.stages.find(({ status }) => status === 'failed')?.stage;
    const place = stage === undefined ? '' : ` in ${stage}`;
    return [
      [`${image.id} failed${place} (${code})`, ...indented(errorLines(message, hint ?? undefined))].join(
        '\n',
      ),
    ];
  }
  if (image.outcome === 'blocked') {
    const reasons = image.reasons.map(({ rule, message }) => `${rule}: ${message}`);
    return [[`${image.id} blocked by policy, nothing was published`, ...indented(reasons)].join('\n')];
  }
  return [];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** `3 released, 1 failed` */
export function outcomeCounts({ images }: Report): string {
  const counts = (['released', 'unchanged', 'blocked', 'failed'] as const)
    .map((outcome) => ({ outcome, count: images.filter((image) => image.outcome === outcome).length }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${count} ${outcome}`);
  return counts.length === 0 ? countText(0, 'image') : counts.join(', ');
}

export function elapsedMs({ startedAt, finishedAt }: Report): number {
  return Date.parse(finishedAt) - Date.parse(startedAt);
}

export function stagesMs({ stages }: ReportedImage): number {
  return stages.reduce((sum, { ms }) => sum + ms, 0);
}
