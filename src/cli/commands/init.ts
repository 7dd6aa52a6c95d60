import path from 'node:path';
import { Command, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import { jsonOption } from '../options.ts';

interface ImageFlags {
  readonly extends: string;
  readonly package?: readonly string[];
  readonly suite?: string;
  readonly json?: true;
}

export function initCommand(context: CommandContext): Command {
  return new Command('init')
    .description('start a catalog of your own, or add an image to it')
    .argument('[folder]', 'where the catalog is started, or completed', '.')
    .addOption(jsonOption())
    .action((folder: string, { json }: { readonly json?: true }) => initCatalog(folder, json, context))
    .addCommand(imageCommand(context));
}

function imageCommand(context: CommandContext): Command {
  return new Command('image')
    .description('write an image that extends a stack, and lock it')
    .argument('<name>', 'repository of the image, and name of its stack')
    .addOption(
      new Option('--extends <stack>', "one of ingot's stacks, or of the catalog's own").makeOptionMandatory(),
    )
    .addOption(new Option('--package <name>', 'Debian package to add; may be repeated').argParser(collected))
    .addOption(
      new Option(
        '--suite <suite>',
        "Debian release whose tracks are taken over; without it, the first track's",
      ),
    )
    .action((name: string, _flags: unknown, command: Command) =>
      // an option of both commands is given to the outer one
      initImage(name, command.optsWithGlobals<ImageFlags>(), context),
    );
}

function collected(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

async function initCatalog(folder: string, json: true | undefined, context: CommandContext): Promise<void> {
  const { writeNewCatalog } = await import('../new-catalog.ts');
  const result = await writeNewCatalog(path.resolve(context.cwd, folder));
  const lines = [
    ...result.written.map((file) => `wrote ${file}`),
    ...result.kept.map((file) => `kept ${file}`),
  ];
  context.stdout.write(`${json ? JSON.stringify(result) : lines.join('\n')}\n`);
}

async function initImage(
  name: string,
  { extends: parent, package: packages = [], suite, json }: ImageFlags,
  context: CommandContext,
): Promise<void> {
  const { addImage } = await import('../new-image.ts');
  const request = { name, parent, packages, ...(suite === undefined ? {} : { suite }) };
  const { files, tracks } = await addImage(request, context);
  if (json) {
    context.stdout.write(`${JSON.stringify({ files, locks: tracks.map(({ lock }) => lock) })}\n`);
    return;
  }
  const lines = tracks.map(({ entry, lock }) => {
    const added = lock.platforms[0]?.layers.at(-1)?.packages ?? [];
    const named = added.map((each) => `\n  ${each.name} ${each.version}`);
    return `${entry.id}: version ${lock.version}, locks/${entry.id}.json adds${named.join('') || ' nothing'}`;
  });
  context.stdout.write(`${[...files.map((file) => `wrote ${file}`), ...lines].join('\n')}\n`);
}
