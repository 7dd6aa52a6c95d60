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

/** A line for each: median, range, size, and how many times as long as the reference. */
export function timingLines(timings: readonly Timing[], reference?: Timing): readonly string[] {
  return timings.map((timing) => {
    const range = `${Math.min(...timing.seconds).toFixed(1)}–${Math.max(...timing.seconds).toFixed(1)}`;
    const size = timing.bytes === undefined ? '' : `${(timing.bytes / 1e6).toFixed(1)} MB`;
    const ratio =
      reference === undefined ? '' : `× ${(median(timing.seconds) / median(reference.seconds)).toFixed(2)}`;
    return [
      timing.name.padEnd(58),
      `${median(timing.seconds).toFixed(1)} s`.padStart(8),
      range.padStart(12),
      size.padStart(9),
      ratio.padStart(8),
    ].join(' ');
  });
}
