import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RunCause } from '../model/index.ts';
import type { Report } from '../report/index.ts';
import type { NightEnd } from './decide.ts';

export interface Metrics {
  observe(end: NightEnd, cause: RunCause): void;
  /** Prometheus text format 0.0.4. */
  text(): Promise<string>;
  readonly contentType: string;
}

type ReportedImage = Report['images'][number];

/** From a second to more than an hour. */
const STAGE_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];
/** From an hour to a month. */
const FIX_BUCKETS = [1, 3, 6, 12, 24, 48, 96, 168, 720].map((hours) => hours * 3600);

/** What Prometheus is told of the runs of this process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const meters = createMeters(registry);
  let before: Report | undefined;
  return {
    observe: ({ exitCode, report, cacheBytes }, cause) => {
      meters.runs.inc({ cause, exit_code: String(exitCode) });
      if (cacheBytes !== undefined) {
        meters.cache.set(cacheBytes);
      }
      if (report !== undefined) {
        observeReport(report, before, meters);
        before = report;
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

type Meters = ReturnType<typeof createMeters>;

function createMeters(registry: Registry) {
  const registers = [registry];
  return {
    runs: new Counter({
      name: 'ingot_runs_total',
      help: 'Runs',
      labelNames: ['cause', 'exit_code'],
      registers,
    }),
    lastRun: new Gauge({ name: 'ingot_last_run_timestamp_seconds', help: 'End of the last run', registers }),
    outcomes: new Counter({
      name: 'ingot_image_outcomes_total',
      help: 'How runs ended for images',
      labelNames: ['image', 'outcome'],
      registers,
    }),
    stages: new Histogram({
      name: 'ingot_stage_seconds',
      help: 'Seconds of a stage of an image',
      labelNames: ['stage'],
      buckets: STAGE_BUCKETS,
      registers,
    }),
    released: new Gauge({
      name: 'ingot_image_released_timestamp_seconds',
      help: 'When what is published was released; the age of an image is time() without it',
      labelNames: ['image'],
      registers,
    }),
    fixes: new Histogram({
      name: 'ingot_fix_to_release_seconds',
      help: 'From when a fix was published to when the image with it was',
      buckets: FIX_BUCKETS,
      registers,
    }),
    findings: new Gauge({
      name: 'ingot_findings',
      help: 'Known problems of what is published or was built',
      labelNames: ['image', 'severity'],
      registers,
    }),
    feeds: new Gauge({
      name: 'ingot_feed_timestamp_seconds',
      help: 'When the source of what a scanner knows was last asked',
      labelNames: ['scanner'],
      registers,
    }),
    cache: new Gauge({ name: 'ingot_cache_bytes', help: 'Bytes of the cache folder', registers }),
  };
}

function observeReport(report: Report, before: Report | undefined, meters: Meters): void {
  meters.lastRun.set(seconds(report.finishedAt));
  for (const image of report.images) {
    observeImage(image, meters);
    const earlier = before?.images.find(({ id }) => id === image.id);
    for (const since of image.outcome === 'released' ? fixedSince(earlier, image) : []) {
      meters.fixes.observe(Math.max(0, seconds(report.finishedAt) - seconds(since)));
    }
  }
}

function observeImage({ id, outcome, stages, tags, findings, scans }: ReportedImage, meters: Meters): void {
  meters.outcomes.inc({ image: id, outcome });
  for (const { stage, ms } of stages.filter(({ status }) => status === 'done')) {
    meters.stages.observe({ stage }, ms / 1000);
  }
  const released = minuteOf(tags[0]);
  if (released !== undefined) {
    meters.released.set({ image: id }, released);
  }
  for (const severity of ['unknown', 'low', 'medium', 'high', 'critical']) {
    meters.findings.set(
      { image: id, severity },
      findings.filter((each) => each.severity === severity).length,
    );
  }
  for (const { scanner, feedDate } of scans) {
    if (feedDate !== null) {
      meters.feeds.set({ scanner }, seconds(feedDate));
    }
  }
}

/** When the fixes were published that the image before did not have. */
function fixedSince(before: ReportedImage | undefined, { findings }: ReportedImage): readonly string[] {
  const left = new Set(findings.map(keyOf));
  return (before?.findings ?? []).flatMap((each) =>
    each.fixedSince === null || left.has(keyOf(each)) ? [] : [each.fixedSince],
  );
}

function keyOf({ id, package: name }: ReportedImage['findings'][number]): string {
  return `${id} ${name}`;
}

/** A unique tag ends with the minute of its promotion: `24.21.0.202611210312`. */
function minuteOf(tag: string | undefined): number | undefined {
  const [, year, month, day, hour, minute] = /\.(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(tag ?? '') ?? [];
  return year === undefined ? undefined : seconds(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

function seconds(instant: string): number {
  return Date.parse(instant) / 1000;
}
