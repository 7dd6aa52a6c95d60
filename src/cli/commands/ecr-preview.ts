import path from 'node:path';
import { Command, Option } from 'commander';
import pLimit from 'p-limit';
import type { CommandContext } from '../context.ts';
import { chooseEcrTarget } from '../ecr-target.ts';
import { EXIT } from '../exit-code.ts';
import { findRunning, inUseOptions, type InUseFlags } from '../find-running.ts';
import { jsonOption } from '../options.ts';
import { assertAllSound, selectImages } from '../select-images.ts';
import { ECR_REPOSITORIES } from './ecr-plan.ts';

interface EcrPreviewFlags extends InUseFlags {
  readonly target?: string;
  readonly leftOver?: string;
  readonly json?: true;
}

export function ecrPreviewCommand(context: CommandContext): Command {
  const command = new Command('preview')
    .description('say which images the lifecycle rules would take, and which of them are in use')
    .argument('[image...]', 'ids or repositories of the catalog; default: all')
    .addOption(new Option('--target <name>', 'of kind "ecr"; default: the only one'));
  for (const option of inUseOptions()) {
    command.addOption(option);
  }
  return command
    .addOption(
      new Option(
        '--left-over <folder>',
        'write there what deletes what is left over of images that are gone',
      ),
    )
    .addOption(jsonOption())
    .action((names: readonly string[], flags: EcrPreviewFlags) => ecrPreview(names, flags, context));
}

async function ecrPreview(
  names: readonly string[],
  flags: EcrPreviewFlags,
  context: CommandContext,
): Promise<void> {
  const { previewText } = await import('../../ecr/index.ts');
  const { policiesOf, previewRepositories } = await import('../preview-repositories.ts');
  const { leftOverText, writeLeftOver } = await import('../write-left-over.ts');
  const catalog = await context.openCatalog();
  // an image that cannot be read has tags that nobody knows, and the rules would not shield them
  assertAllSound(catalog);
  const target = chooseEcrTarget(catalog, flags.target);
  const selected = selectImages(catalog, names).entries;
  await using access = await context.openers.openLifecycle({ ...context, target, region: target.ecr.region });
  const inUse = await findRunning(flags, context, access);
  const policies = policiesOf({ entries: selected, teams: catalog.teams }, { catalog, target }, context);
  const previews = await previewRepositories(
    { account: target.ecr.account, policies, inUse, isKeeping: flags.keep === true, isComparing: true },
    { access, pool: pLimit(ECR_REPOSITORIES), emit: context.emit, startedAt: context.startedAt },
  );
  context.stdout.write(`${flags.json ? JSON.stringify(previews) : previewText(previews)}\n`);
  if (flags.leftOver !== undefined) {
    const names = await writeLeftOver(path.resolve(context.cwd, flags.leftOver), previews, target);
    if (!flags.json) {
      context.stdout.write(`\n${leftOverText(flags.leftOver, names, target)}\n`);
    }
  }
  if (previews.some(({ endangered }) => endangered.length > 0)) {
    context.setExitCode(EXIT.blocked);
  }
}
