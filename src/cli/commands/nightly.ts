import path from 'node:path';
import { Command } from 'commander';
import {
  brokenRun,
  explainError,
  FactoryError,
  type Catalog,
  type Platform,
  type Run,
  type Target,
} from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOfError, exitCodeOfRun, type FailOn } from '../exit-code.ts';
import type { NightlyRequest } from '../factory.ts';
import { chooseTarget } from '../open-catalog.ts';
import { failOnOption, jsonOption, lockedOption, platformOption, targetOption } from '../options.ts';
import { assertAnySound, selectImages, type Selection } from '../select-images.ts';
import { shardOption, shareOf, type Shard } from '../shard.ts';

interface NightlyFlags {
  readonly target: string;
  readonly platform?: readonly Platform[];
  readonly locked?: true;
  readonly shard?: Shard;
  readonly cve?: string;
  readonly force?: true;
  readonly failOn: FailOn;
  readonly json?: true;
}

export function nightlyCommand(context: CommandContext): Command {
  return new Command('nightly')
    .description('rebuild what changed, prove it, sign it and move the tags')
    .argument('[image...]', 'image ids or repositories; all of them if none is named')
    .addOption(targetOption())
    .addOption(platformOption())
    .addOption(lockedOption())
    .addOption(shardOption())
    .option('--cve <id>', 'only the images that a fix of this vulnerability touches')
    .option('--force', 'make again what is published as it is')
    .addOption(failOnOption())
    .addOption(jsonOption())
    .action((images: readonly string[], flags: NightlyFlags) => nightly(images, flags, context));
}

/** Every run ends with a report: also one that could not start, so that `out/latest` is never an older one's. */
async function nightly(
  images: readonly string[],
  flags: NightlyFlags,
  context: CommandContext,
): Promise<void> {
  const { newRunId, openRunFolder, summaryText, toReport, writeReport } =
    await import('../../report/index.ts');
  const catalog = await context.openCatalog();
  const target = chooseTarget(catalog, flags.target);
  const named = selectImages(catalog, images);
  const selected = flags.shard === undefined ? named : shareOf(named, flags.shard);
  const runId = newRunId(context.startedAt);
  const outDir = path.join(context.cwd, 'out');
  const runDir = await openRunFolder(outDir, runId);
  const { run, failure } = await attempt(
    { catalog, target, selected, isNamed: images.length > 0, runId, runDir, flags },
    context,
  );
  const exitCode =
    failure === undefined
      ? exitCodeOfRun(
          run.images.map(({ outcome }) => outcome),
          flags.failOn,
        )
      : exitCodeOfError(failure);
  const report = toReport(run, exitCode, catalog);
  // what happened is told also where its file cannot be written
  const [written] = await Promise.allSettled([writeReport(outDir, report)]);
  if (flags.json) {
    context.stdout.write(`${JSON.stringify({ kind: 'report', report })}\n`);
  }
  if (failure !== undefined) {
    throw failure;
  }
  if (!flags.json) {
    const file = written.status === 'fulfilled' ? written.value.json : undefined;
    context.stdout.write(`\n${summaryText(report, file)}\n`);
  }
  if (written.status === 'rejected') {
    throw written.reason;
  }
  context.setExitCode(exitCode);
}

interface Attempt extends Pick<NightlyRequest, 'runId' | 'runDir'> {
  readonly catalog: Catalog;
  readonly selected: Selection;
  readonly isNamed: boolean;
  readonly target: Target;
  readonly flags: NightlyFlags;
}

/** The run, and why it could not start. */
async function attempt(
  { catalog, target, selected, isNamed, flags, ...wanted }: Attempt,
  context: CommandContext,
): Promise<{ readonly run: Run; readonly failure?: FactoryError }> {
  const { chooseReporter, unstartedRun } = await import('../../report/index.ts');
  const { startedAt, openers, signal } = context;
  const { entries, broken } = selected;
  try {
    assertAnySound(selected);
    using reporter = await chooseReporter({ ...context, json: flags.json === true });
    await using factory = await openers.openFactory({
      ...context,
      catalog,
      target,
      emit: reporter.emit,
      locked: flags.locked === true,
    });
    const { platform: platforms, cve } = flags;
    const asked = { isNamed: isNamed || cve !== undefined, isForced: flags.force === true };
    const choices = { ...(platforms && { platforms }), ...(cve !== undefined && { cve }) };
    const run = await factory.nightly({ ...wanted, entries, asked, ...choices });
    const brokenRuns = broken.map(brokenRun);
    for (const { entry, outcome } of brokenRuns) {
      reporter.emit({ kind: 'image-ended', image: entry.id, outcome });
    }
    return { run: { ...run, images: [...run.images, ...brokenRuns] } };
  } catch (error) {
    const failure = explainError(error, signal);
    if (!(failure instanceof FactoryError)) {
      throw error;
    }
    const times = { startedAt: startedAt.toISOString(), finishedAt: new Date().toISOString() };
    const run = { runId: wanted.runId, target: target.name, ...times };
    return { run: unstartedRun(run, selected, failure), failure };
  }
}
