import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import pLimit from 'p-limit';
import type { EcrDone } from '../../ecr/index.ts';
import { ecrResourceName, storageError } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { inUseOptions, type InUseFlags } from '../find-running.ts';
import { jsonOption } from '../options.ts';
import { ECR_REPOSITORIES } from './ecr-plan.ts';

interface EcrApplyFlags extends InUseFlags {
  readonly json?: true;
}

export function ecrApplyCommand(context: CommandContext): Command {
  const command = new Command('apply')
    .description('do exactly what a plan says; refuses where the registry has moved since')
    .argument('<plan>', 'file that `ingot ecr plan --output` wrote');
  for (const option of inUseOptions()) {
    command.addOption(option);
  }
  return command
    .addOption(jsonOption())
    .action((file: string, flags: EcrApplyFlags) => ecrApply(file, flags, context));
}

async function ecrApply(file: string, flags: EcrApplyFlags, context: CommandContext): Promise<void> {
  const { json } = flags;
  const { applyPlan, parsePlan } = await import('../../ecr/index.ts');
  const { guardPlan } = await import('../guard-plan.ts');
  const plan = parsePlan(await readPlan(path.resolve(context.cwd, file)), file);
  await guardPlan(plan, flags, context);
  const registry = await context.openers.openEcr({ ...context, region: plan.region });
  let count = 0;
  try {
    await applyPlan(plan, {
      registry,
      pool: pLimit(ECR_REPOSITORIES),
      onDone: (done) => {
        count += 1;
        context.stdout.write(`${json ? JSON.stringify(done) : doneText(done)}\n`);
      },
    });
  } finally {
    registry.close();
  }
  if (!json) {
    context.stdout.write(count === 0 ? 'nothing to do\n' : `done: ${count} changes\n`);
  }
}

function doneText(done: EcrDone): string {
  return `${ecrResourceName(done)}: ${done.what === 'created' ? 'created' : `${done.what} set`}`;
}

async function readPlan(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw storageError(file, path.dirname(file), error);
  }
}
