import type { ImageOutcome, ImageRun, Lock, PlatformContent, Run, ScanReport } from '../model/index.ts';
import type { Report, ReportedImage } from './schema.ts';

/** The run as `report.json` tells it. */
export function toReport(run: Run, exitCode: number): Report {
  return {
    schemaVersion: 1,
    runId: run.runId,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    target: run.target,
    exitCode,
    images: run.images.map(toReportedImage),
  };
}

function toReportedImage({ entry, outcome, stages, lock }: ImageRun): ReportedImage {
  const told = outcomeFields(outcome);
  return {
    id: entry.id,
    stack: entry.stacks.at(-1)?.name ?? '',
    variant: entry.variant,
    platforms: [...entry.platforms],
    outcome: outcome.kind,
    ref: told.ref,
    tags: told.tags,
    buildId: told.buildId,
    packages: told.contents.length > 0 ? packagesIn(told.contents) : packagesOf(lock),
    sizes: largest(told.contents),
    stages: [...stages],
    findings: findingsOf(told.scan),
    reasons: told.reasons,
    error: told.error,
  };
}

interface OutcomeFields extends Pick<ReportedImage, 'ref' | 'tags' | 'buildId' | 'reasons' | 'error'> {
  readonly contents: readonly PlatformContent[];
  readonly scan: ScanReport | undefined;
}

function outcomeFields(outcome: ImageOutcome): OutcomeFields {
  switch (outcome.kind) {
    case 'released':
    case 'unchanged':
      return {
        ref: `${outcome.ref.repository}@${outcome.ref.digest}`,
        tags: [outcome.record.tags.unique, outcome.record.tags.moving],
        buildId: outcome.buildId,
        reasons: [],
        error: null,
        contents: outcome.report.contents,
        scan: outcome.scan,
      };
    case 'blocked':
      return {
        ref: null,
        tags: [],
        buildId: outcome.buildId,
        reasons: [...outcome.reasons],
        error: null,
        contents: outcome.report.contents,
        scan: outcome.scan,
      };
    case 'failed': {
      const { code, message, hint = null } = outcome.error;
      return {
        ref: null,
        tags: [],
        buildId: null,
        reasons: [],
        error: { code, message, hint },
        contents: [],
        scan: undefined,
      };
    }
  }
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

function findingsOf(scan: ScanReport | undefined): ReportedImage['findings'] {
  const results = scan?.results ?? [];
  return results.flatMap(({ tool, findings }) =>
    findings.map((finding) => ({
      id: finding.id,
      aliases: [...finding.aliases],
      scanner: tool,
      package: finding.package,
      source: finding.source,
      installed: finding.installed,
      fixed: finding.fixed,
      suite: finding.suite,
      severity: finding.severity,
      platforms: [...finding.platforms],
    })),
  );
}
