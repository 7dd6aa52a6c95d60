import path from 'node:path';
import { Command, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { jsonOption, keyOption, lookTargetOption } from '../options.ts';
import { targetOf } from '../open-catalog.ts';
import { trustOf } from '../trust-choice.ts';

interface ReproduceFlags {
  readonly target: string;
  readonly key?: string;
  readonly export?: string;
  readonly json?: true;
}

export function reproduceCommand(context: CommandContext): Command {
  return new Command('reproduce')
    .description('build a published image again from what the registry has of it, and compare')
    .argument('<image>', 'registry/repository with a tag or digest, or an image id')
    .addOption(
      new Option(
        '--export <folder>',
        'write what it is built from, for plain `docker buildx build`, instead',
      ),
    )
    .addOption(lookTargetOption())
    .addOption(keyOption())
    .addOption(jsonOption())
    .action((name: string, flags: ReproduceFlags) => reproduce(name, flags, context));
}

async function reproduce(name: string, flags: ReproduceFlags, context: CommandContext): Promise<void> {
  const { exportText, reproductionText } = await import('../../report/index.ts');
  const named = await targetOf([name], flags, context);
  const trust = trustOf(flags);
  await using reproducer = await context.openers.openReproducer({ ...context, ...named, name, trust });
  if (flags.export !== undefined) {
    const scripts = await reproducer.export(path.resolve(context.cwd, flags.export));
    context.stdout.write(`${flags.json ? JSON.stringify({ scripts }) : exportText(scripts)}\n`);
    return;
  }
  const done = await reproducer.reproduce();
  context.stdout.write(`${flags.json ? JSON.stringify(done) : reproductionText(done)}\n`);
  context.setExitCode(done.isIdentical ? EXIT.ok : EXIT.blocked);
}
