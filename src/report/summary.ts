import { decisionsText } from './decisions-text.ts';
import { driftText } from './drift-text.ts';
import { errorLines } from './error-text.ts';
import { postponedText } from './outcome-text.ts';
import { runScansText } from './scan-text.ts';
import { changesText } from './package-groups.ts';
import type { Report, ReportedImage } from './schema.ts';
import { tableText } from './table.ts';
import type { Column } from './table.ts';
import { countText, dayOf, durationText, megabytesText } from './units.ts';

/** Fits a terminal of 80 columns; the report has the rest. */
const COLUMNS: readonly Column[] = [
  { title: 'image', align: 'left' },
  { title: 'outcome', align: 'left' },
  { title: 'tag', align: 'left' },
  { title: 'packages', align: 'right' },
  { title: 'download', align: 'right' },
  { title: 'time', align: 'right' },
];

const NOTHING = '-';

const LOCAL_HINT = 'pull them after `ingot local start`, or use `ingot local load IMAGE`';

/** What the user sees at the end of a run: a table, then what needs their attention, then where to read on, if anywhere. */
export function summaryText(report: Report, reportFile?: string): string {
  const sections = [
    tableText(COLUMNS, report.images.map(rowOf)),
    referencesText(report),
    changesTexts(report.images),
    sharingText(report),
    runScansText(report),
    ...attentionTexts(report.images),
    noticesText(report.images),
    decisionsText(report.decisions),
    driftText(report),
    cacheText(report),
    [
      `${outcomeCounts(report)} in ${durationText(elapsedMs(report))}, target ${report.target}`,
      ...(reportFile === undefined ? [] : [`report: ${reportFile}`]),
    ].join('\n'),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

/** What a registry stores of the images, against what they would be without shared layers. */
export function sharingText({ images, layers: { sum, stored } }: Report): string {
  if (images.length < 2 || sum === 0) {
    return '';
  }
  const percent = Math.round((stored / sum) * 100);
  return `layers: ${megabytesText(stored)} stored, ${String(percent)} % of the images' ${megabytesText(sum)}`;
}

/** What was thrown away to stay within the limit, and where that did not do. */
function cacheText({ cache }: Report): string {
  if (cache === null || (cache.removedBytes === 0 && cache.bytes <= cache.maxBytes)) {
    return '';
  }
  const { bytes, maxBytes, removedBytes } = cache;
  const limit = megabytesText(maxBytes);
  const over = bytes > maxBytes ? ', all of it in use: INGOT_CACHE_LIMIT is too low' : '';
  return `cache: removed ${megabytesText(removedBytes)}; ${megabytesText(bytes)} of ${limit} are left${over}`;
}

function rowOf(image: ReportedImage): string[] {
  return [
    image.id,
    image.outcome,
    image.tags[0] ?? NOTHING,
    image.packages.length === 0 ? NOTHING : String(image.packages.length),
    image.sizes === null ? NOTHING : megabytesText(image.sizes.compressed),
    durationText(stagesMs(image)),
  ];
}

/** What a developer writes behind FROM, and for the local registry how it is reached once the run is over. */
function referencesText({ images, target }: Report): string {
  const references = images.flatMap(({ ref, tags }) => taggedReference(ref, tags.at(-1)));
  const howTo = references.length > 0 && target === 'local' ? [LOCAL_HINT] : [];
  return [...references, ...howTo].join('\n');
}

/** `127.0.0.1:5000/golden/python:3.13`: the digest is in the report. */
function taggedReference(ref: string | null, tag: string | undefined): string[] {
  return ref === null || tag === undefined ? [] : [`${ref.replace(/@.*/, '')}:${tag}`];
}

/** Of new releases: `python-3.13 since 3.13.5.202611210312: 2 packages changed; 1 CVE fixed`. */
function changesTexts(images: readonly ReportedImage[]): string {
  return images
    .flatMap(({ id, changes }) =>
      changes === null ? [] : [`${id} since ${changes.since}: ${changesText(changes)}`],
    )
    .join('\n');
}

/** What went wrong, told once for all images it happened to. */
function attentionTexts(images: readonly ReportedImage[]): string[] {
  return toldOnce(images, (image) => [attentionText(image) ?? []].flat());
}

/** What stopped nothing, but a person should know. */
function noticesText(images: readonly ReportedImage[]): string {
  return toldOnce(images, ({ notices }) => notices.map((notice) => `note: ${notice}`)).join('\n');
}

function toldOnce(
  images: readonly ReportedImage[],
  textsOf: (image: ReportedImage) => readonly string[],
): string[] {
  const idsOf = new Map<string, string[]>();
  for (const image of images) {
    for (const text of textsOf(image)) {
      idsOf.set(text, [...(idsOf.get(text) ?? []), image.id]);
    }
  }
  return [...idsOf].map(([text, ids]) => `${ids.join(', ')} ${text}`);
}

function attentionText(image: ReportedImage): string | undefined {
  if (image.error !== null) {
    const { code, message, hint } = image.error;
    const stage = image.stages.find(({ status }) => status === 'failed')?.stage;
    const place = stage === undefined ? '' : ` in ${stage}`;
    const what = image.outcome === 'kept' ? 'kept as published: a source is down' : 'failed';
    return [`${what}${place} (${code})`, ...indented(errorLines(message, hint ?? undefined))].join('\n');
  }
  if (image.postponed !== null) {
    const { code, message } = image.postponed;
    return [
      postponedText(image.postponed),
      ...indented([...errorLines(`${code}: ${message}`), `now: ingot nightly ${image.id}`]),
    ].join('\n');
  }
  if (image.outcome === 'blocked') {
    const reasons = image.reasons.map(({ rule, message }) => `${rule}: ${message}`);
    return [`blocked by policy${sinceText(image)}, no tag moved`, ...indented(reasons)].join('\n');
  }
  return undefined;
}

/** What was told before gets no exit code of its own any more. */
function sinceText({ isNews, failingSince }: ReportedImage): string {
  return isNews || failingSince === null ? '' : ` since ${dayOf(failingSince)}`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** `3 released, 1 failed` */
export function outcomeCounts({ images }: Report): string {
  const counts = (['released', 'unchanged', 'frozen', 'postponed', 'kept', 'blocked', 'failed'] as const)
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
