import { Command } from 'commander';
import { FactoryError } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import type { LocalServices } from '../factory.ts';
import { jsonOption } from '../options.ts';
import { assertAnySound, selectImages } from '../select-images.ts';
import { emulationText, startEmulation } from './local-emulation.ts';

interface LocalFlags {
  readonly json?: true;
}

interface StartFlags extends LocalFlags {
  readonly emulation?: true;
  readonly yes?: true;
  readonly registry: boolean;
}

/** Does its work and returns what is told: one object for machines, one line for people. */
type LocalWork = (services: LocalServices) => Promise<{ readonly json: object; readonly text: string }>;

export function localCommand(context: CommandContext): Command {
  return new Command('local')
    .description('the builder, registry and cache ingot runs on this machine')
    .addCommand(
      new Command('start')
        .description('start the registry and leave it running')
        .option(
          '--emulation',
          "let this host's kernel run programs of the other platform, so that images are tested",
        )
        .option('--yes', 'agree to that where nobody can be asked')
        .option('--no-registry', 'the emulation alone')
        .addOption(jsonOption())
        .action((flags: StartFlags) => tell((services) => start(services, flags, context), flags, context)),
    )
    .addCommand(
      new Command('stop')
        .description('stop the registry, and take away the emulation, that `local start` left')
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

/** Emulation first: who does not agree to it has started nothing. */
async function start(
  services: LocalServices,
  flags: StartFlags,
  context: CommandContext,
): ReturnType<LocalWork> {
  if (!flags.registry && !flags.emulation) {
    throw new FactoryError('USAGE', 'cannot start nothing: --no-registry is for --emulation');
  }
  const emulation = flags.emulation && (await startEmulation(services, flags.yes === true, context));
  const registry = flags.registry ? await services.start() : undefined;
  const lines = [
    ...(registry === undefined ? [] : [`registry: ${registry}`]),
    ...(emulation === undefined ? [] : [`emulation: ${emulationText(emulation)}`]),
  ];
  return { json: { ...(registry && { registry }), ...(emulation && { emulation }) }, text: lines.join('\n') };
}

const stop: LocalWork = async (services) => {
  const stopped = await services.stop();
  const unregistered = await services.removeEmulation();
  const lines = [...(stopped ? ['stopped'] : []), ...unregistered.map((name) => `unregistered ${name}`)];
  return { json: { stopped, unregistered }, text: lines.join('\n') || 'nothing was running' };
};

const clean: LocalWork = async (services) => {
  const { megabytesText } = await import('../../report/index.ts');
  const bytes = await services.clean();
  return { json: { bytes }, text: `removed ${megabytesText(bytes)}` };
};

async function load(image: string, flags: LocalFlags, context: CommandContext): Promise<void> {
  const catalog = await context.openCatalog();
  const selected = selectImages(catalog, [image]);
  assertAnySound(selected);
  const [entry, ...more] = selected.entries;
  if (entry === undefined || more.length > 0) {
    throw new FactoryError('USAGE', `cannot load "${image}": expected one image, got ${more.length + 1}`, {
      hint: 'name the track as well, as in "node-24"',
    });
  }
  await tell(
    async (services) => {
      const name = await services.load(entry, catalog);
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
