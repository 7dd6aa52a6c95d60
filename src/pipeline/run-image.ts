import type { FailedAttempts, GatedImage, ImageOutcome, ImageRun, TestedImage } from '../model/index.ts';
import { promote } from '../stages/promote/index.ts';
import { publish } from '../stages/publish/index.ts';
import { sbom } from '../stages/sbom/index.ts';
import { recipeStatement, sign } from '../stages/sign/index.ts';
import { lookForFiles } from './absent-files.ts';
import { afterAttempt, recipeDigest } from './attempts.ts';
import { warn, type BegunImage } from './begin-image.ts';
import { buildImage, type MadeImage } from './build-image.ts';
import type { DecisionLog } from './decision-log.ts';
import type { RunningDeps } from './deps.ts';
import type { BuildTimes } from './evidence.ts';
import { gateConditions } from './gate-conditions.ts';
import { gateImage } from './gate-image.ts';
import { keepImageInputs } from './image-inputs.ts';
import { keepInTotoMetadata } from './in-toto.ts';
import { buildExampleApp } from './example-app.ts';
import { statementsOf } from './image-statements.ts';
import { outcomeOfError } from './image-failure.ts';
import { placesOf, type PlannedImage } from './plan-image.ts';
import { recheckImage } from './recheck-image.ts';
import { changesStatements, keepChanges, releaseChanges } from './release-changes.ts';
import { withFixes } from './released-fixes.ts';
import { scanImage, scanNote } from './scan-image.ts';
import { imageVex } from './image-vex.ts';
import { keepFindings, keepVex } from './keep-records.ts';
import { signAnew } from './sign-anew.ts';
import { signFurther } from './sign-further.ts';
import type { StageClock } from './stage-clock.ts';
import type { BaseLayouts } from './base-layouts.ts';
import type { LayerTurns } from './layer-turns.ts';
import type { ToolBench } from './tool-bench.ts';

/** What one image of a run works with. */
export interface ImageDeps extends RunningDeps {
  /** Settles when the images its example is built on have ended, however they ended. */
  readonly basesEnded: Promise<unknown>;
  readonly baseLayouts: BaseLayouts;
  readonly layerTurns: LayerTurns;
}

/** Takes a begun image through the other stages. Whatever happens to it is its outcome: it never stops the others. */
export async function runImage(begun: BegunImage, deps: ImageDeps, bench: ToolBench): Promise<ImageRun> {
  const { entry, clock, decisions, notices, planned, attempts } = begun;
  const { locked, inputs } = planned.rendered;
  let outcome: ImageOutcome;
  try {
    outcome = await finish(planned, { deps, bench, clock, decisions, notices });
  } catch (error) {
    outcome = await outcomeOfError(error, { entry, at: clock.current() }, deps);
  }
  await keepAttempts(afterAttempt(outcome, recipeDigest(inputs), attempts), begun, deps);
  deps.emit({ kind: 'image-ended', image: entry.id, outcome });
  return {
    entry,
    outcome,
    stages: clock.timings(),
    lock: locked.lock,
    notices,
    decisions: decisions.soFar(),
  };
}

async function keepAttempts(
  after: FailedAttempts | undefined,
  { entry, attempts }: BegunImage,
  deps: ImageDeps,
): Promise<void> {
  if (after !== attempts) {
    await deps.attempts.keep(entry.id, after);
  }
}

interface Work {
  readonly deps: ImageDeps;
  readonly bench: ToolBench;
  readonly clock: StageClock;
  readonly decisions: DecisionLog;
  /** What the report tells of the image, however it ends. */
  readonly notices: string[];
}

async function finish(planned: PlannedImage, work: Work): Promise<ImageOutcome> {
  const isMade = planned.isPublished || planned.withdrawn !== undefined;
  const released = await signAnew(planned, work.deps, work.clock);
  const current = { ...planned, released };
  const rechecked = isMade ? await recheckImage(current, work.deps, work) : undefined;
  if (rechecked !== undefined) {
    // nothing new is made that could differ
    work.decisions.add({ asked: ['accept'], uses: [] });
    return rechecked;
  }
  return withFixes(await makeImage(current, work), planned, work.deps);
}

async function makeImage(planned: PlannedImage, work: Work): Promise<ImageOutcome> {
  const { deps, clock } = work;
  const { entry, lock } = planned.rendered.locked;
  const { repository, copies } = placesOf(entry, deps);
  await deps.assertRepositories?.([repository, ...copies]);
  const { made, times } = await deps.layerTurns(entry, () =>
    deps.pools.builds(() => buildTimed(planned, work)),
  );
  await deps.basesEnded;
  const tested = await deps.pools.tests(() => clock.run('test', () => testImage(made, deps), checksNote));
  const description = await clock.run('sbom', () => sbom(tested, deps.test));
  const { layoutDir } = made.built;
  const toScan = { lock, layoutDir, sboms: () => Promise.resolve(description.platforms) };
  const scan = await clock.run('scan', () => scanImage(entry, toScan, deps), scanNote);
  const findings = { tested, sbom: description, scan };
  await keepFindings(findings, deps);
  const { platforms } = made.built;
  const layers = platforms.map((each) => ({ ...each, layoutDir }));
  const gated = await gateImage(findings, planned, {
    ...work,
    lookForFiles: (known) => lookForFiles({ entry, scan: known }, layers, deps),
    warn: (warnings) => {
      warn(warnings, { entry, notices: work.notices }, deps);
    },
  });
  if (gated.kind === 'block') {
    return gated.outcome;
  }
  const digests = platforms.map(({ platform, manifest }) => ({ platform, digest: manifest.digest }));
  const { image, filesLookedFor } = gated;
  const { index } = made.built;
  const known = { scan: image.scan, filesLookedFor };
  const subject = { entry, lock, index: index.digest, platforms: digests, ...known };
  const vex = imageVex(subject, gateConditions(deps));
  await keepVex(entry.id, vex, deps);
  return releaseImage(image, { ...made, released: planned.released, times, ...(vex && { vex }) }, work);
}

async function buildTimed(
  planned: PlannedImage,
  work: Work,
): Promise<{ readonly made: MadeImage; readonly times: BuildTimes }> {
  const { now } = work.deps.run;
  const startedOn = now();
  const made = await work.clock.run('build', () => buildImage(planned, work), digestNote);
  return { made, times: { startedOn, finishedOn: now() } };
}

async function testImage({ built, ownTests }: MadeImage, deps: ImageDeps): Promise<TestedImage> {
  const { test } = await import('../stages/test/index.ts');
  return test(built, {
    ...deps.test,
    ownTests,
    engine: await deps.builder.engine(),
    buildExample: (platform) => buildExampleApp(built, platform, deps),
  });
}

interface MadeRelease
  extends Pick<PlannedImage, 'released'>, Pick<MadeImage, 'inputs' | 'toolbox' | 'recipe'> {
  readonly times: BuildTimes;
  /** OpenVEX document. */
  readonly vex?: object;
}

/** Publishes by digest, signs, and only then tags. A result that equals what is published is no new release. */
async function releaseImage(
  image: GatedImage,
  { released, recipe, times, vex, ...inputs }: MadeRelease,
  { deps, clock }: Work,
): Promise<ImageOutcome> {
  const { built, report } = image.tested;
  const { entry, lock } = built.rendered.locked;
  const published = await clock.run('publish', async () => {
    await keepImageInputs(image, inputs, deps);
    return publish(image, placesOf(entry, deps), deps.sign);
  });
  const changes = await releaseChanges(image, released, deps);
  const platforms = built.platforms.map(({ manifest }) => manifest);
  const signed = await clock.run('sign', async () => {
    const more = [recipeStatement(built.index.digest, recipe), ...changesStatements(changes)];
    const statements = await statementsOf(
      image,
      { ref: published.ref, times, more, clock, ...(vex && { vex }) },
      deps,
    );
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
    decisions: deps.catalog.decisions,
  };
  const { record } = await clock.run(
    'promote',
    () => promote(signed, release, deps.sign),
    (promoted) => promoted.record.tags.unique,
  );
  await keepChanges(entry.id, { record, changes }, deps);
  const kind = released?.digest === record.digest ? 'unchanged' : 'released';
  const { buildId } = built.rendered;
  const told = changes === undefined ? {} : { changes };
  return { kind, id: entry.id, ref: published.ref, record, buildId, scan: image.scan, report, ...told };
}

function digestNote({ built }: MadeImage): string {
  return built.index.digest.slice(0, 'sha256:'.length + 12);
}

function checksNote({ report }: TestedImage): string {
  const failed = report.checks.filter(({ kind }) => kind === 'failed').length;
  return failed === 0 ? `${String(report.checks.length)} checks` : `${String(failed)} checks failed`;
}
