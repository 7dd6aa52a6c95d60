/** Wall times of one thing, in seconds. */
export interface Timing {
  readonly name: string;
  readonly seconds: readonly number[];
  /** Bytes of what was made, gzip layers or a gzip archive. */
  readonly bytes?: number;
}

/** Times `task` after `prepare`, which is not timed. */
export async function time(
  name: string,
  runs: number,
  {
    prepare,
    task,
  }: { readonly prepare?: () => Promise<void>; readonly task: () => Promise<number | undefined> },
): Promise<Timing> {
  const seconds: number[] = [];
  let bytes: number | undefined;
  for (let run = 0; run < runs; run += 1) {
    await prepare?.();
    const startedMs = performance.now();
    bytes = await task();
    seconds.push((performance.now() - startedMs) / 1000);
    console.error(`${name}: ${seconds.at(-1)?.toFixed(1) ?? ''} s`);
  }
  return { name, seconds, ...(bytes === undefined ? {} : { bytes }) };
}

export function median(seconds: readonly number[]): number {
  const sorted = seconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A line for each: median and range. */
export function timingLines(timings: readonly Timing[]): readonly string[] {
  return timings.map((timing) => {
    const range = `${Math.min(...timing.seconds).toFixed(1)}–${Math.max(...timing.seconds).toFixed(1)}`;
    return [
      timing.name.padEnd(58),
      `${median(timing.seconds).toFixed(1)} s`.padStart(8),
      range.padStart(12),
    ].join(' ');
  });
}

/** Stages that only look at what is in memory by then. */
export const CHECKS = ['sbom', 'scan', 'gate'] as const;

/** The ways of making one image. */
export interface ImageTiming {
  readonly id: string;
  /** Milliseconds of each of `CHECKS`. */
  readonly checks: Readonly<Partial<Record<(typeof CHECKS)[number], number>>>;
  readonly ours: Timing;
  readonly apt: Timing;
  readonly mmdebstrap: Timing;
  readonly floor: Timing;
}

const WAYS = ['floor', 'ours', 'apt', 'mmdebstrap'] as const;

/** Seconds and MB of each way; how many times the floor ours takes, and how many times ours apt takes. */
export function imageTable(
  timings: readonly ImageTiming[],
  maxMegabytes: Readonly<Record<string, number>>,
): readonly string[] {
  const head = [
    'image',
    ...WAYS.flatMap((way) => [`${way}, s`, 'MB']),
    'ours / floor',
    'apt / ours',
    'MB at most',
  ];
  const rows = timings.map((timing) => [
    timing.id,
    ...WAYS.flatMap((way) => [
      median(timing[way].seconds).toFixed(1),
      ((timing[way].bytes ?? Number.NaN) / 1e6).toFixed(1),
    ]),
    ratio(timing.ours, timing.floor),
    ratio(timing.apt, timing.ours),
    String(maxMegabytes[timing.id] ?? ''),
  ]);
  return aligned([head, ...rows]);
}

/** Each at most 100 ms where nothing else keeps the processor busy. */
export function checkTable(timings: readonly ImageTiming[]): readonly string[] {
  const rows = timings.map(({ id, checks }) => [
    id,
    ...CHECKS.map((name) => (checks[name] ?? Number.NaN).toFixed(0)),
  ]);
  return aligned([['image', ...CHECKS.map((name) => `${name}, ms`)], ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = []] = rows;
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  '),
  );
}

function ratio(one: Timing, other: Timing): string {
  return `× ${(median(one.seconds) / median(other.seconds)).toFixed(1)}`;
}
