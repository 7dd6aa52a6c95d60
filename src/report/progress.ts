import type { ImageId, ImageOutcome, RunEvent, Stage } from '../model/index.ts';
import { STAGES } from '../model/index.ts';
import { outcomeNote } from './outcome-text.ts';
import { durationText, megabytesText } from './units.ts';

interface ImageProgress {
  readonly id: ImageId;
  readonly startedMs: number | undefined;
  readonly current: Stage | undefined;
  readonly done: readonly Stage[];
  readonly ended:
    { readonly note: string; readonly atMs: number; readonly stoppedAt: Stage | undefined } | undefined;
}

/** What the live display knows: a fold over the events so far. */
export interface ProgressState {
  readonly title: string;
  readonly images: readonly ImageProgress[];
  readonly download:
    { readonly what: string; readonly doneBytes: number; readonly totalBytes: number } | undefined;
}

export const NO_PROGRESS: ProgressState = { title: '', images: [], download: undefined };

const MARKS = { done: '✓', current: '▸', waiting: '·', skipped: '-', failed: '✗' } as const;
/** Of `10 min 00 s`. */
const ELAPSED_WIDTH = 11;

/** The state after one more event; `nowMs` is when it came. */
export function progressAfter(state: ProgressState, event: RunEvent, nowMs: number): ProgressState {
  switch (event.kind) {
    case 'run-started':
      return {
        title: `run ${event.runId}, target ${event.target}`,
        images: event.images.map((id) => ({
          id,
          startedMs: undefined,
          current: undefined,
          done: [],
          ended: undefined,
        })),
        download: undefined,
      };
    case 'stage-started':
      return changed(state, event.image, (image) => ({
        ...image,
        startedMs: image.startedMs ?? nowMs,
        current: event.stage,
      }));
    case 'stage-ended':
      return changed(state, event.image, (image) => ({
        ...image,
        current: undefined,
        done: [...image.done, event.stage],
      }));
    case 'image-ended': {
      const ended = { note: outcomeNote(event.outcome), atMs: nowMs, stoppedAt: stoppedAt(event.outcome) };
      return changed(state, event.image, (image) => ({ ...image, ended }));
    }
    case 'download':
      return { ...state, download: event };
    case 'notice':
      return state;
  }
}

/** Where it went no further; policy speaks in the gate. */
function stoppedAt(outcome: ImageOutcome): Stage | undefined {
  if (outcome.kind === 'failed' || outcome.kind === 'kept') {
    return outcome.at;
  }
  return outcome.kind === 'blocked' ? 'gate' : undefined;
}

function changed(
  state: ProgressState,
  id: ImageId,
  change: (image: ImageProgress) => ImageProgress,
): ProgressState {
  return { ...state, images: state.images.map((image) => (image.id === id ? change(image) : image)) };
}

/** The lines of the live display: a title, one line per image, and one while something is downloaded. */
export function progressText(state: ProgressState, nowMs: number): string {
  const idWidth = Math.max(0, ...state.images.map(({ id }) => id.length));
  const lines = state.images.map((image) => imageLine(image, idWidth, nowMs));
  return [state.title, ...lines, ...downloadLines(state)].filter((line) => line !== '').join('\n');
}

function imageLine(image: ImageProgress, idWidth: number, nowMs: number): string {
  const marks = STAGES.map((stage) => markOf(image, stage)).join('');
  const elapsed =
    image.startedMs === undefined ? '' : durationText((image.ended?.atMs ?? nowMs) - image.startedMs);
  const doing = image.ended?.note ?? image.current ?? 'waiting';
  return `  ${image.id.padEnd(idWidth)}  ${marks}  ${elapsed.padStart(ELAPSED_WIDTH)}  ${doing}`.trimEnd();
}

function markOf(image: ImageProgress, stage: Stage): string {
  if (image.ended?.stoppedAt === stage) {
    return MARKS.failed;
  }
  if (image.done.includes(stage)) {
    return MARKS.done;
  }
  if (image.current === stage) {
    return MARKS.current;
  }
  return image.ended === undefined ? MARKS.waiting : MARKS.skipped;
}

function downloadLines({ download }: ProgressState): string[] {
  if (download === undefined || download.doneBytes >= download.totalBytes) {
    return [];
  }
  const { what, doneBytes, totalBytes } = download;
  const percent = Math.floor((doneBytes / totalBytes) * 100);
  return [
    `  downloading ${what}: ${megabytesText(doneBytes)} of ${megabytesText(totalBytes)} (${percent} %)`,
  ];
}
