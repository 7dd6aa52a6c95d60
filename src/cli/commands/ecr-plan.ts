import path from 'node:path';
import { Command, Option } from 'commander';
import pLimit from 'p-limit';
import { writeNamed } from '../../files/index.ts';
import type { CommandContext } from '../context.ts';
import { chooseEcrTarget } from '../ecr-target.ts';
import { jsonOption } from '../options.ts';
import { assertAllSound } from '../select-images.ts';

/** Repositories that are read at the same time; how fast, the rates of each call say. */
export const ECR_REPOSITORIES = 8;

interface EcrPlanFlags {
  readonly target?: string;
  readonly output?: string;
  readonly json?: true;
}

export function ecrPlanCommand(context: CommandContext): Command {
  return new Command('plan')
    .description('say what has to be done for the registry to be as the catalog says; changes nothing')
    .addOption(new Option('--target <name>', 'of kind "ecr"; default: the only one'))
    .addOption(new Option('--output <file>', 'write the plan there for `ingot ecr apply`'))
    .addOption(jsonOption())
    .action((flags: EcrPlanFlags) => ecrPlan(flags, context));
}

async function ecrPlan(flags: EcrPlanFlags, context: CommandContext): Promise<void> {
  const { desiredRegistry, planRegistry, policyForm, readRegistry, wholeOf } =
    await import('../../ecr/index.ts');
  const { ecrPlanText } = await import('../../report/index.ts');
  const catalog = await context.openCatalog();
  const target = chooseEcrTarget(catalog, flags.target);
  const { name, ecr } = target;
  // an image that cannot be read has tags that nobody knows, and they would lose their right to move
  assertAllSound(catalog);
  const desired = desiredRegistry(catalog, target, context.startedAt);
  const registry = await context.openers.openEcr({ ...context, region: ecr.region });
  try {
    const request = { account: ecr.account, ...wholeOf(desired.repositories.keys()) };
    const actual = await readRegistry(request, { registry, pool: pLimit(ECR_REPOSITORIES) });
    const plan = planRegistry(name, desired, actual);
    if (flags.output !== undefined) {
      await writeNamed(path.resolve(context.cwd, flags.output), `${JSON.stringify(plan, null, 2)}\n`);
    }
    context.stdout.write(`${flags.json ? JSON.stringify(plan) : ecrPlanText(plan, policyForm)}\n`);
  } finally {
    registry.close();
  }
}
