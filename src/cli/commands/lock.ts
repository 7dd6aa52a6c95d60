import path from 'node:path';
import { Command, Option } from 'commander';
import { writeNamed } from '../../files/index.ts';
import { brokenError, FactoryError, type BrokenImage, type Relocked } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { errorsOf } from '../errors-of.ts';
import { exitCodeOfErrors } from '../exit-code.ts';
import { jsonOption } from '../options.ts';
import { assertAnySound, selectImages } from '../select-images.ts';

interface LockFlags {
  readonly tools?: true;
  readonly summary?: string;
  readonly json?: true;
}

export function lockCommand(context: CommandContext): Command {
  return new Command('lock')
    .description('lock images anew for `nightly --locked`: writes locks/ for review')
    .argument('[image...]', 'image ids or repositories; all of them if none is named')
    .addOption(new Option('--tools', "lock ingot's own toolboxes, builder and emulator instead"))
    .addOption(new Option('--summary <file>', 'write the Markdown summary for the pull request there'))
    .addOption(jsonOption())
    .action((images: readonly string[], flags: LockFlags) =>
      flags.tools ? lockTools(images, flags, context) : lockImages(images, flags, context),
    );
}

async function lockImages(
  images: readonly string[],
  flags: LockFlags,
  context: CommandContext,
): Promise<void> {
  const { jsonText, lockSummary } = await import('../../report/index.ts');
  const catalog = await context.openCatalog();
  const { entries, broken } = selectImages(catalog, images);
  assertAnySound({ entries, broken });
  const relocked = [
    ...(await context.openers.relockImages({ ...context, catalog, entries })),
    ...broken.map(keptLock),
  ];
  const summary = lockSummary(relocked);
  if (flags.summary !== undefined) {
    await writeNamed(path.resolve(context.cwd, flags.summary), summary);
  }
  context.stdout.write(flags.json ? `${jsonText(relocked)}\n` : summary);
  context.setExitCode(exitCodeOfErrors(errorsOf(relocked)));
}

/** What it was locked to stays. */
function keptLock(image: BrokenImage): Relocked {
  return { kind: 'failed', id: image.id, error: brokenError(image) };
}

async function lockTools(
  images: readonly string[],
  { summary, json }: LockFlags,
  { openers, stdout, ...context }: CommandContext,
): Promise<void> {
  if (images.length > 0 || summary !== undefined) {
    throw new FactoryError(
      'USAGE',
      'cannot lock images and tools at once: --tools takes no image and no --summary',
    );
  }
  const relocked = await openers.relockTools(context);
  const lines = relocked.map(({ name, file, changes }) =>
    [
      `${name}: ${changes.length === 0 ? 'nothing changed' : file}`,
      ...changes.map((change) => `  ${change}`),
    ].join('\n'),
  );
  stdout.write(`${json ? JSON.stringify(relocked) : lines.join('\n')}\n`);
}
