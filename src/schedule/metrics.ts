import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SEVERITIES, type RunCause } from '../model/index.ts';
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
  let known: readonly string[] = [];
  return {
    observe: ({ exitCode, report, cacheBytes }, cause) => {
      meters.runs.inc({ cause, exit_code: String(exitCode) });
      if (cacheBytes !== undefined) {
        meters.cache.set(cacheBytes);
      }
      if (report !== undefined) {
        const ids = report.images.map(({ id }) => id);
        forget(
          known.filter((id) => !ids.includes(id)),
          meters,
        );
        known = ids;
        observeReport(report, meters);
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
      help: 'From the date of a package with a security fix to when the image with it was released',
      buckets: FIX_BUCKETS,
      registers,
    }),
    findings: new Gauge({
      name: 'ingot_findings',
      help: 'Known problems of what is published or was built; absent where nobody could look',
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

/** Images that the catalog has no more: an age or a finding of theirs would stand for ever. */
function forget(ids: readonly string[], { released, findings }: Meters): void {
  for (const image of ids) {
    released.remove({ image });
    SEVERITIES.forEach((severity) => {
      findings.remove({ image, severity });
    });
  }
}

function observeReport(report: Report, meters: Meters): void {
  meters.lastRun.set(seconds(report.finishedAt));
  for (const image of report.images) {
    observeImage(image, meters);
    observeFindings(image, meters);
  }
}

function observeImage({ id, outcome, stages, tags, fixes, scans }: ReportedImage, meters: Meters): void {
  meters.outcomes.inc({ image: id, outcome });
  for (const { stage, ms } of stages.filter(({ status }) => status === 'done')) {
    meters.stages.observe({ stage }, ms / 1000);
  }
  const released = minuteOf(tags[0]);
  if (released !== undefined) {
    meters.released.set({ image: id }, released);
  }
  for (const { since, releasedAt } of fixes) {
    meters.fixes.observe(Math.max(0, seconds(releasedAt) - seconds(since)));
  }
  for (const { scanner, feedDate } of scans) {
    if (feedDate !== null) {
      meters.feeds.set({ scanner }, seconds(feedDate));
    }
  }
}

/** Nothing is told of an image that nobody could look at: 0 would say that it is clean. */
function observeFindings({ id, findings, scans }: ReportedImage, meters: Meters): void {
  const isScanned = scans.some(({ status }) => status !== 'not-scanned');
  for (const severity of SEVERITIES) {
    if (isScanned) {
      const found = findings.filter((each) => each.severity === severity);
      meters.findings.set({ image: id, severity }, found.length);
    } else {
      meters.findings.remove({ image: id, severity });
    }
  }
}

/** A unique tag ends with the minute of its promotion: `24.21.0.202611210312`. */
function minuteOf(tag: string | undefined): number | undefined {
  const [, year, month, day, hour, minute] = /\.(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(tag ?? '') ?? [];
  return year === undefined ? undefined : seconds(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

function seconds(instant: string): number {
  return Date.parse(instant) / 1000;
}
