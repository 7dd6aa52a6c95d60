import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { chooseTarget } from '../open-catalog.ts';
import { withEcrStatuses } from '../ecr-statuses.ts';
import { jsonOption, targetOption } from '../options.ts';
import { assertAllSound, releasedTracks } from '../select-images.ts';

interface StatusFlags {
  readonly target: string;
  readonly json?: true;
}

export function statusCommand(context: CommandContext): Command {
  return new Command('status')
    .description('say what is published, since when and from which build id')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((flags: StatusFlags) => status(flags, context));
}

async function status(flags: StatusFlags, context: CommandContext): Promise<void> {
  const { statusText } = await import('../../report/index.ts');
  const catalog = await context.openCatalog();
  const target = chooseTarget(catalog, flags.target);
  await using factory = await context.openers.openFactory({ ...context, catalog, target });
  const published = await factory.status(releasedTracks(catalog));
  const statuses = await withEcrStatuses(published, target, context);
  context.stdout.write(`${flags.json ? JSON.stringify(statuses) : statusText(statuses)}\n`);
  // what they had published is told; of a file that cannot be read, not even that is known
  assertAllSound(catalog);
}
