import { Command } from 'commander';
import { FactoryError } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import type { LocalServices } from '../factory.ts';
import { jsonOption } from '../options.ts';
import { selectImages } from '../select-images.ts';

interface LocalFlags {
  readonly json?: true;
}

/** Does its work and returns what is told: one object for machines, one line for people. */
type LocalWork = (services: LocalServices) => Promise<{ readonly json: object; readonly text: string }>;

export function localCommand(context: CommandContext): Command {
  return new Command('local')
    .description('the builder, registry and cache ingot runs on this machine')
    .addCommand(
      new Command('start')
        .description('start the registry and leave it running')
        .addOption(jsonOption())
        .action((flags: LocalFlags) => tell(start, flags, context)),
    )
    .addCommand(
      new Command('stop')
        .description('stop the registry that `local start` left running')
        .addOption(jsonOption())
        .action((flags: LocalFlags) => tell(stop, flags, context)),
    )
    .addCommand(
      new Command('load')
        .description("copy a published image into this machine's Docker engine")
        .argument('<image>', 'an image id, or a repository with one track')
        .addOption(jsonOption())
        .action((image: string, flags: LocalFlags) => load(image, flags, context)),
    )
    .addCommand(
      new Command('clean')
        .description('remove downloads, builder and toolbox; releases and keys stay')
        .addOption(jsonOption())
        .action((flags: LocalFlags) => tell(clean, flags, context)),
    );
}

const start: LocalWork = async (services) => {
  const registry = await services.start();
  return { json: { registry }, text: `registry: ${registry}` };
};

const stop: LocalWork = async (services) => {
  const stopped = await services.stop();
  return { json: { stopped }, text: stopped ? 'stopped' : 'nothing was running' };
};

const clean: LocalWork = async (services) => {
  const { megabytesText } = await import('../../report/index.ts');
  const bytes = await services.clean();
  return { json: { bytes }, text: `removed ${megabytesText(bytes)}` };
};

async function load(image: string, flags: LocalFlags, context: CommandContext): Promise<void> {
  const { entries } = await context.openCatalog();
  const [entry, ...more] = selectImages(entries, [image]);
  if (entry === undefined || more.length > 0) {
    throw new FactoryError('USAGE', `cannot load "${image}": expected one image, got ${more.length + 1}`, {
      hint: 'name the track as well, as in "node-24"',
    });
  }
  await tell(
    async (services) => {
      const name = await services.load(entry);
      return { json: { name }, text: `loaded ${name}` };
    },
    flags,
    context,
  );
}

async function tell(work: LocalWork, { json: asJson }: LocalFlags, context: CommandContext): Promise<void> {
  const { json, text } = await work(await context.openers.openLocal(context));
  context.stdout.write(`${asJson ? JSON.stringify(json) : text}\n`);
}
