import type {
  Catalog,
  FactoryError,
  ImageOutcome,
  ImageRun,
  Lock,
  PlatformContent,
  Run,
  ScanReport,
  StageTiming,
} from '../model/index.ts';
import { brokenRun, STAGES } from '../model/index.ts';
import { toReportedDecisions, type DecidedCatalog } from './decisions.ts';
import { toReportedDrift } from './drift-text.ts';
import { errorFields } from './error-text.ts';
import { toReportedFeed, toReportedFinding, toReportedScan } from './scan-fields.ts';
import { fileCounts } from './file-changes.ts';
import type { Report, ReportedImage } from './schema.ts';

/** The run as `report.json` tells it, and what became in it of what the catalog decided. */
export function toReport(run: Run, exitCode: number, catalog: DecidedCatalog): Report {
  const images = run.images.map(toReportedImage);
  return {
    schemaVersion: 2,
    runId: run.runId,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    target: run.target,
    exitCode,
    layers: layerBytes(images),
    decisions: toReportedDecisions(run, catalog),
    drift: toReportedDrift(run.drift),
    cache: run.cache ?? null,
    images,
  };
}

/** A run that failed before its first stage: for every image, for the same reason, unless that has one of its own. */
export function unstartedRun(
  run: Omit<Run, 'images'>,
  { entries, broken }: Pick<Catalog, 'entries' | 'broken'>,
  error: FactoryError,
): Run {
  const images = entries.map((entry): ImageRun => {
    return { entry, outcome: { kind: 'failed', id: entry.id, at: 'resolve', error }, stages: [] };
  });
  return { ...run, images: [...images, ...broken.map(brokenRun)] };
}

function toReportedImage({ entry, outcome, stages, lock, notices = [] }: ImageRun): ReportedImage {
  const told = outcomeFields(outcome);
  return {
    id: entry.id,
    stack: entry.stacks.at(-1)?.name ?? '',
    variant: entry.variant,
    platforms: platformsOf(told.contents, entry),
    outcome: outcome.kind,
    ref: told.ref,
    tags: told.tags,
    buildId: told.buildId,
    packages: told.contents.length > 0 ? packagesIn(told.contents) : packagesOf(lock),
    sizes: largest(told.contents),
    layers: distinctLayers(told.contents.flatMap(({ layers }) => layers)),
    stages: allStages(stages),
    scans: (told.scan?.results ?? []).map(toReportedScan),
    knownExploited: toReportedFeed(told.scan?.knownExploited),
    findings: (told.scan?.findings ?? []).map(toReportedFinding),
    reasons: told.reasons,
    failingSince: told.failingSince,
    isNews: told.isNews,
    error: told.error,
    postponed: told.postponed,
    changes: changesOf(outcome),
    fixes: fixesOf(outcome),
    notices: [...notices],
  };
}

function fixesOf(outcome: ImageOutcome): ReportedImage['fixes'] {
  const fixes = outcome.kind === 'released' ? outcome.fixes : undefined;
  return (fixes ?? []).map((fix) => ({ ...fix }));
}

function changesOf(outcome: ImageOutcome): ReportedImage['changes'] {
  const changes = outcome.kind === 'released' ? outcome.changes : undefined;
  if (changes === undefined) {
    return null;
  }
  return {
    since: changes.previous.tag,
    packages: changes.packages.map(({ kind, name, before, after, platforms = [], changelog, ...cves }) => ({
      kind,
      name,
      from: before ?? null,
      to: after ?? null,
      platforms: [...platforms],
      changelog,
      fixed: [...cves.fixed],
      introduced: [...cves.introduced],
    })),
    platforms: changes.platforms.map(({ platform, files, config, sizes }) => ({
      platform,
      files: fileCounts(files),
      config: config.map(({ field }) => field),
      download: sizes.download,
    })),
  };
}

type Layers = ReportedImage['layers'];

function distinctLayers(layers: Layers): Layers {
  return [...new Map(layers.map(({ digest, size }) => [digest, { digest, size }])).values()];
}

/** What sharing saves: an image pulled after another brings only what that one has not. */
function layerBytes(images: readonly ReportedImage[]): Report['layers'] {
  const all = images.flatMap(({ layers }) => layers);
  return { sum: bytesOf(all), stored: bytesOf(distinctLayers(all)) };
}

function bytesOf(layers: Layers): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}

interface OutcomeFields extends Pick<
  ReportedImage,
  'ref' | 'tags' | 'buildId' | 'reasons' | 'failingSince' | 'isNews' | 'error' | 'postponed'
> {
  readonly contents: readonly PlatformContent[];
  readonly scan: ScanReport | undefined;
}

const NOTHING_MADE: OutcomeFields = {
  ref: null,
  tags: [],
  buildId: null,
  reasons: [],
  failingSince: null,
  isNews: false,
  error: null,
  postponed: null,
  contents: [],
  scan: undefined,
};

function outcomeFields(outcome: ImageOutcome): OutcomeFields {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
      return {
        ...NOTHING_MADE,
        ref: `${outcome.ref.repository}@${outcome.ref.digest}`,
        tags: [outcome.record.tags.unique, outcome.record.tags.moving],
        buildId: outcome.buildId,
        contents: outcome.report.contents,
        scan: outcome.scan,
      };
    case 'blocked':
      return {
        ...NOTHING_MADE,
        buildId: outcome.buildId,
        reasons: outcome.reasons.map(({ rule, message, decisions = [] }) => ({
          rule,
          message,
          decisions: [...decisions],
        })),
        failingSince: outcome.failingSince,
        isNews: outcome.isNews,
        contents: outcome.report.contents,
        scan: outcome.scan,
      };
    case 'frozen':
      return stayingFields(outcome);
    case 'postponed': {
      const { failures, runs, code, message } = outcome.postponed;
      return { ...stayingFields(outcome), postponed: { failures, runs, code, message } };
    }
    case 'kept':
      return {
        ...NOTHING_MADE,
        ref: `${outcome.ref.repository}@${outcome.ref.digest}`,
        tags: [outcome.record.tags.unique, outcome.record.tags.moving],
        error: errorFields(outcome.error),
      };
    case 'failed':
      return { ...NOTHING_MADE, error: errorFields(outcome.error) };
  }
}

/** An image that was left out may have nothing published, or nothing that could be scanned. */
function stayingFields({
  ref,
  record,
  buildId,
  report,
  scan,
}: Extract<ImageOutcome, { readonly kind: 'frozen' | 'postponed' }>): OutcomeFields {
  return {
    ...NOTHING_MADE,
    ref: ref === undefined ? null : `${ref.repository}@${ref.digest}`,
    tags: record === undefined ? [] : [record.tags.unique, record.tags.moving],
    buildId: buildId ?? null,
    contents: report?.contents ?? [],
    scan,
  };
}

/** Of what was made; the local target makes fewer than the catalog names. */
function platformsOf(
  contents: readonly PlatformContent[],
  entry: ImageRun['entry'],
): ReportedImage['platforms'] {
  return contents.length > 0 ? contents.map(({ platform }) => platform) : [...entry.platforms];
}

/** A stage the image did not come to was skipped. */
function allStages(timings: readonly StageTiming[]): StageTiming[] {
  return STAGES.map(
    (stage) => timings.find((timing) => timing.stage === stage) ?? { stage, status: 'skipped', ms: 0 },
  );
}

type Packages = ReportedImage['packages'];

function packagesIn(contents: readonly PlatformContent[]): Packages {
  return distinct(contents.flatMap((content) => content.packages));
}

/** Where the image was not built, what was locked for it. */
function packagesOf(lock: Lock | undefined): Packages {
  const layers = lock?.platforms.flatMap((platform) => platform.layers) ?? [];
  return distinct(layers.flatMap((layer) => layer.packages));
}

function distinct(packages: readonly { readonly name: string; readonly version: string }[]): Packages {
  const byKey = new Map(packages.map(({ name, version }) => [`${name} ${version}`, { name, version }]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** What a pull costs at most: nobody pulls two platforms. */
function largest(contents: readonly PlatformContent[]): ReportedImage['sizes'] {
  if (contents.length === 0) {
    return null;
  }
  return {
    compressed: Math.max(...contents.map((content) => content.sizes.compressed)),
    unpacked: Math.max(...contents.map((content) => content.sizes.unpacked)),
  };
}
