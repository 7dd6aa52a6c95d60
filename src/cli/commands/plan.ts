import { Command, Option } from 'commander';
import { brokenError, type BrokenImage, type ImagePlan } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { errorsOf } from '../errors-of.ts';
import { exitCodeOfErrors } from '../exit-code.ts';
import { chooseTarget } from '../open-catalog.ts';
import { jsonOption, lockedOption, targetOption } from '../options.ts';
import { assertAnySound, selectImages } from '../select-images.ts';
import { shardOption, shareOf, type Shard } from '../shard.ts';

interface PlanFlags {
  readonly target: string;
  readonly locked?: true;
  readonly shard?: Shard;
  readonly markdown?: true;
  readonly json?: true;
}

export function planCommand(context: CommandContext): Command {
  return new Command('plan')
    .description('say what a run would build, and which inputs differ from what is published')
    .argument('[image...]', 'image ids or repositories; all of them if none is named')
    .addOption(targetOption())
    .addOption(lockedOption())
    .addOption(shardOption())
    .addOption(new Option('--markdown', 'write it as Markdown').conflicts('json'))
    .addOption(jsonOption())
    .action((images: readonly string[], flags: PlanFlags) => plan(images, flags, context));
}

async function plan(images: readonly string[], flags: PlanFlags, context: CommandContext): Promise<void> {
  const catalog = await context.openCatalog();
  const target = chooseTarget(catalog, flags.target);
  const named = selectImages(catalog, images);
  const selected = flags.shard === undefined ? named : shareOf(named, flags.shard);
  assertAnySound(selected);
  await using factory = await context.openers.openFactory({
    ...context,
    catalog,
    target,
    locked: flags.locked === true,
  });
  const plans = [...(await factory.plan(selected.entries)), ...selected.broken.map(brokenPlan)];
  context.stdout.write(`${await textOf(plans, flags)}\n`);
  context.setExitCode(exitCodeOfErrors(errorsOf(plans)));
}

async function textOf(plans: readonly ImagePlan[], { json, markdown }: PlanFlags): Promise<string> {
  const { jsonText, planMarkdown, planText } = await import('../../report/index.ts');
  if (json) {
    return jsonText(plans);
  }
  return markdown ? planMarkdown(plans) : planText(plans);
}

function brokenPlan(image: BrokenImage): ImagePlan {
  return { id: image.id, action: 'failed', error: brokenError(image) };
}
