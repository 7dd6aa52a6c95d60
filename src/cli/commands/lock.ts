import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { jsonOption } from '../options.ts';

export function lockCommand(context: CommandContext): Command {
  return new Command('lock')
    .description('lock toolbox and builder anew: writes locks/ for review')
    .addOption(jsonOption())
    .action(async ({ json }: { readonly json?: true }) => {
      const relocked = await context.openers.relockTools(context);
      const lines = relocked.map(({ name, file, changes }) =>
        [
          `${name}: ${changes.length === 0 ? 'nothing changed' : file}`,
          ...changes.map((change) => `  ${change}`),
        ].join('\n'),
      );
      context.stdout.write(`${json ? JSON.stringify(relocked) : lines.join('\n')}\n`);
    });
}
