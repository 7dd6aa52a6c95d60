import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { chooseTarget } from '../open-catalog.ts';
import { jsonOption, targetOption } from '../options.ts';

interface ScanFlags {
  readonly target: string;
  readonly json?: true;
}

export function scanCommand(context: CommandContext): Command {
  return new Command('scan')
    .description('say what is known today of a release, however old it is')
    .argument('<ref...>', 'references of images of ours, or image ids')
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((names: readonly string[], flags: ScanFlags) => scan(names, flags, context));
}

/** Findings fail nothing here: that is for the gate, which knows policy and decisions. */
async function scan(names: readonly string[], flags: ScanFlags, context: CommandContext): Promise<void> {
  const { scanText } = await import('../../report/index.ts');
  const catalog = await context.openCatalog();
  const target = chooseTarget(catalog, flags.target);
  const scans = await context.openers.scanReleases({ ...context, catalog, target, names });
  context.stdout.write(flags.json ? `${JSON.stringify(scans)}\n` : `${scans.map(scanText).join('\n\n')}\n`);
}
