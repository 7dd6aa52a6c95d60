import type {
  CatalogEntry,
  GatedImage,
  ImageOutcome,
  ImageRun,
  ScanReport,
  TestedImage,
} from '../model/index.ts';
import { endOfLifeWarnings, gate } from '../stages/gate/index.ts';
import { promote } from '../stages/promote/index.ts';
import { publish } from '../stages/publish/index.ts';
import { sbom } from '../stages/sbom/index.ts';
import { imageStatements, sign } from '../stages/sign/index.ts';
import { test } from '../stages/test/index.ts';
import { buildImage, type MadeImage } from './build-image.ts';
import type { RunDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { keepImageInputs } from './image-inputs.ts';
import { keepInTotoMetadata } from './in-toto.ts';
import { buildExampleApp } from './example-app.ts';
import { outcomeOfError } from './image-failure.ts';
import { placesOf, planImage, type PlannedImage } from './plan-image.ts';
import { recheckImage } from './recheck-image.ts';
import { scanImage } from './scan-image.ts';
import { keepFindings, keepInputs } from './keep-records.ts';
import { signAnew } from './sign-anew.ts';
import { signFurther } from './sign-further.ts';
import { createStageClock, type StageClock } from './stage-clock.ts';
import type { BaseLayouts } from './base-layouts.ts';
import type { LayerTurns } from './layer-turns.ts';
import type { ToolBench } from './tool-bench.ts';

/** What one image of a run works with. */
export interface ImageDeps extends RunDeps {
  /** Settles when the images its example is built on have ended, however they ended. */
  readonly basesEnded: Promise<unknown>;
  readonly baseLayouts: BaseLayouts;
  readonly layerTurns: LayerTurns;
}

/** Takes one image through all stages. Whatever happens to it is its outcome: it never stops the others. */
export async function runImage(entry: CatalogEntry, deps: ImageDeps, bench: ToolBench): Promise<ImageRun> {
  const clock = createStageClock(entry.id, deps);
  let seen: Pick<ImageRun, 'lock' | 'notices'> = {};
  let outcome: ImageOutcome;
  try {
    const planned = await planImage(entry, deps, clock);
    seen = seenIn(planned, deps);
    await keepInputs(planned.rendered, deps);
    outcome = await finish(planned, { deps, bench, clock });
  } catch (error) {
    outcome = await outcomeOfError(error, { entry, at: clock.current() }, deps);
  }
  deps.emit({ kind: 'image-ended', image: entry.id, outcome });
  return { entry, outcome, stages: clock.timings(), ...seen };
}

/** What the report tells of an image, however it ends. */
function seenIn(
  { rendered: { locked }, withdrawn }: PlannedImage,
  deps: ImageDeps,
): Pick<ImageRun, 'lock' | 'notices'> {
  const { entry, lock, notices = [] } = locked;
  const endOfLife = endOfLifeWarnings(entry, gateConditions(deps));
  for (const warning of endOfLife) {
    deps.emit({ kind: 'notice', level: 'warn', message: `${entry.id}: ${warning}` });
  }
  return { lock, notices: [...notices, ...endOfLife, ...withdrawnNotices(withdrawn)] };
}

function withdrawnNotices(withdrawn: PlannedImage['withdrawn']): readonly string[] {
  return withdrawn === undefined
    ? []
    : [`${withdrawn.tag} was withdrawn, and is not made again before its inputs change: ${withdrawn.reason}`];
}

interface Work {
  readonly deps: ImageDeps;
  readonly bench: ToolBench;
  readonly clock: StageClock;
}

async function finish(planned: PlannedImage, work: Work): Promise<ImageOutcome> {
  const isMade = planned.isPublished || planned.withdrawn !== undefined;
  const released = await signAnew(planned, work.deps, work.clock);
  const current = { ...planned, released };
  const rechecked = isMade ? await recheckImage(current, work.deps, work.clock) : undefined;
  if (rechecked !== undefined) {
    return rechecked;
  }
  return makeImage(current, work);
}

async function makeImage(planned: PlannedImage, work: Work): Promise<ImageOutcome> {
  const { deps, clock } = work;
  const { entry, lock } = planned.rendered.locked;
  const made = await deps.layerTurns(entry, () =>
    deps.pools.builds(() => clock.run('build', () => buildImage(planned, work), digestNote)),
  );
  await deps.basesEnded;
  const tested = await deps.pools.tests(() => clock.run('test', () => testImage(made, deps), checksNote));
  const description = await clock.run('sbom', () => sbom(tested));
  const { layoutDir } = made.built;
  const toScan = { lock, layoutDir, sboms: () => Promise.resolve(description.platforms) };
  const scan = await clock.run('scan', () => scanImage(entry, toScan, deps), scanNote);
  await keepFindings({ tested, sbom: description, scan }, deps);
  const verdict = await clock.run(
    'gate',
    () => gate({ tested, sbom: description, scan }, gateConditions(deps)),
    ({ kind }) => kind,
  );
  if (verdict.kind === 'block') {
    const { buildId } = made.built.rendered;
    return { kind: 'blocked', id: entry.id, reasons: verdict.reasons, buildId, scan, report: tested.report };
  }
  return releaseImage(verdict.image, { released: planned.released, inputs: made.inputs }, work);
}

async function testImage({ built, ownTests }: MadeImage, deps: ImageDeps): Promise<TestedImage> {
  return test(built, {
    ...deps.test,
    ownTests,
    engine: await deps.builder.engine(),
    buildExample: (platform) => buildExampleApp(built, platform, deps),
  });
}

/** Publishes by digest, signs, and only then tags. A result that equals what is published is no new release. */
async function releaseImage(
  image: GatedImage,
  { released, inputs }: Pick<PlannedImage, 'released'> & Pick<MadeImage, 'inputs'>,
  { deps, clock }: Work,
): Promise<ImageOutcome> {
  const { built, report } = image.tested;
  const { entry, lock } = built.rendered.locked;
  const published = await clock.run('publish', async () => {
    await keepImageInputs(image, inputs, deps);
    return publish(image, placesOf(entry, deps), deps.sign);
  });
  const platforms = built.platforms.map(({ manifest }) => manifest);
  const statements = imageStatements(image);
  const signed = await clock.run('sign', async () => {
    const verified = await sign({ published, platforms, statements }, deps.sign);
    const repositories = [published.ref, ...published.copies].map(({ repository }) => repository);
    const digests = [published.ref.digest, ...platforms.map(({ digest }) => digest)];
    await signFurther(repositories, digests, deps);
    await keepInTotoMetadata(image, { published, statements }, deps);
    return verified;
  });
  const release = {
    track: entry.track,
    version: lock.version,
    epoch: lock.epoch,
    reason: released === undefined ? 'first release' : 'inputs changed',
    promotedAt: deps.runStartedAt.toISOString(),
  };
  const { record } = await clock.run(
    'promote',
    () => promote(signed, release, deps.sign),
    (promoted) => promoted.record.tags.unique,
  );
  const kind = released?.digest === record.digest ? 'unchanged' : 'released';
  const { buildId } = built.rendered;
  return { kind, id: entry.id, ref: published.ref, record, buildId, scan: image.scan, report };
}

function digestNote({ built }: MadeImage): string {
  return built.index.digest.slice(0, 'sha256:'.length + 12);
}

function checksNote({ report }: TestedImage): string {
  const failed = report.checks.filter(({ kind }) => kind === 'failed').length;
  return failed === 0 ? `${String(report.checks.length)} checks` : `${String(failed)} checks failed`;
}

function scanNote(scan: ScanReport): string {
  return scan.results.map(({ tool, status }) => `${tool}: ${status}`).join(', ');
}
