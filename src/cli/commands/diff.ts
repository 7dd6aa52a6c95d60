import { Command, Option } from 'commander';
import { assertNever, type ImageChanges } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { jsonOption, keyOption, lookPlatformOption, lookTargetOption } from '../options.ts';
import { targetOf } from '../open-catalog.ts';
import { trustOf } from '../trust-choice.ts';

const FORMATS = ['text', 'json', 'markdown'] as const;
type Format = (typeof FORMATS)[number];

interface DiffFlags {
  readonly target: string;
  readonly key?: string;
  readonly platform?: string;
  readonly format: Format;
  readonly json?: true;
}

export function diffCommand(context: CommandContext): Command {
  return new Command('diff')
    .description('say what two images differ in: packages and CVEs, files, configuration, layers')
    .argument('<before>', 'registry/repository:tag, oci:FOLDER, or an id of the catalog')
    .argument('[after]', 'the same; without it an id is compared with the release before it')
    .addOption(new Option('--format <format>', 'how to write it').choices([...FORMATS]).default('text'))
    .addOption(lookPlatformOption())
    .addOption(lookTargetOption())
    .addOption(keyOption())
    .addOption(jsonOption())
    .action((before: string, after: string | undefined, flags: DiffFlags) =>
      diff(after === undefined ? [{ previousOf: before }, before] : [before, after], flags, context),
    );
}

type Names = Parameters<CommandContext['openers']['diffImages']>[0]['before'];

async function diff(
  [before, after]: readonly [Names, string],
  flags: DiffFlags,
  context: CommandContext,
): Promise<void> {
  const { platform } = flags;
  const changes = await context.openers.diffImages({
    ...context,
    ...(await targetOf(typeof before === 'string' ? [before, after] : [after], flags, context)),
    before,
    after,
    trust: trustOf(flags),
    ...(platform === undefined ? {} : { platform }),
  });
  context.stdout.write(await textOf(changes, flags.json ? 'json' : flags.format));
}

async function textOf(changes: ImageChanges, format: Format): Promise<string> {
  const { diffMarkdown, diffText, jsonText } = await import('../../report/index.ts');
  switch (format) {
    case 'text':
      return diffText(changes);
    case 'json':
      return `${jsonText(changes)}\n`;
    case 'markdown':
      return diffMarkdown(changes);
    default:
      return assertNever(format);
  }
}
