import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { jsonOption, keyOption, lookPlatformOption, lookTargetOption } from '../options.ts';
import { targetOf } from '../open-catalog.ts';
import { trustOf } from '../trust-choice.ts';

interface ShowFlags {
  readonly target: string;
  readonly key?: string;
  readonly platform?: string;
  readonly json?: true;
}

export function showCommand(context: CommandContext): Command {
  return new Command('show')
    .description('say what an image holds: layers, packages, setuid files, shells, attestations')
    .argument('<image>', 'registry/repository:tag, oci:FOLDER, or an id of the catalog')
    .addOption(lookPlatformOption())
    .addOption(lookTargetOption())
    .addOption(keyOption())
    .addOption(jsonOption())
    .action((name: string, flags: ShowFlags) => show(name, flags, context));
}

async function show(name: string, flags: ShowFlags, context: CommandContext): Promise<void> {
  const { jsonText, showText } = await import('../../report/index.ts');
  const { platform } = flags;
  const summary = await context.openers.showImage({
    ...context,
    ...(await targetOf([name], flags, context)),
    name,
    trust: trustOf(flags),
    ...(platform === undefined ? {} : { platform }),
  });
  context.stdout.write(flags.json ? `${jsonText(summary)}\n` : showText(summary));
}
