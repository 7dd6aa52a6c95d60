import path from 'node:path';
import { Command } from 'commander';
import type { Platform } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { exitCodeOfRun } from '../exit-code.ts';
import { chooseTarget } from '../open-catalog.ts';
import { jsonOption, platformOption, targetOption } from '../options.ts';
import { selectImages } from '../select-images.ts';

interface NightlyFlags {
  readonly target: string;
  readonly platform?: readonly Platform[];
  readonly json: boolean;
}

export function nightlyCommand(context: CommandContext): Command {
  return new Command('nightly')
    .description('rebuild what changed, prove it, sign it and move the tags')
    .argument('[image...]', 'image ids or repositories; all of them if none is named')
    .addOption(targetOption())
    .addOption(platformOption())
    .addOption(jsonOption())
    .action((images: readonly string[], flags: NightlyFlags) => nightly(images, flags, context));
}

async function nightly(
  images: readonly string[],
  flags: NightlyFlags,
  context: CommandContext,
): Promise<void> {
  const { chooseReporter, newRunId, summaryText, toReport, writeReport } =
    await import('../../report/index.ts');
  const { startedAt, stdout } = context;
  const catalog = await context.openCatalog();
  const target = chooseTarget(catalog, flags.target);
  const entries = selectImages(catalog.entries, images);
  const runId = newRunId(startedAt);
  const outDir = path.join(context.cwd, 'out');
  using reporter = await chooseReporter({ ...context, json: flags.json });
  await using factory = await context.openers.openFactory({
    ...context,
    catalog,
    target,
    emit: reporter.emit,
  });
  const run = await factory.nightly({
    runId,
    runDir: path.join(outDir, runId),
    entries,
    ...(flags.platform && { platforms: flags.platform }),
  });
  reporter[Symbol.dispose]();
  const exitCode = exitCodeOfRun(run.images.map((image) => image.outcome));
  const report = toReport(run, exitCode);
  const { json } = await writeReport(outDir, report);
  const end = flags.json ? JSON.stringify({ kind: 'report', report }) : `\n${summaryText(report, json)}`;
  stdout.write(`${end}\n`);
  context.setExitCode(exitCode);
}
