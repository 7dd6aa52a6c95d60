import { Command, Option } from 'commander';
import { FactoryError, type Catalog } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import type { Track } from '../factory.ts';
import { chooseTarget } from '../open-catalog.ts';
import { jsonOption, targetOption } from '../options.ts';
import { releasedTracks } from '../select-images.ts';

interface RollbackFlags {
  readonly target: string;
  readonly to?: string;
  readonly reason: string;
  readonly json?: true;
}

export function rollbackCommand(context: CommandContext): Command {
  return new Command('rollback')
    .description('release an older image again; the one it goes back from is never released again')
    .argument('<image>', 'image id')
    .addOption(new Option('--to <release>', 'unique tag or digest (default: the release before)'))
    .addOption(
      new Option('--reason <text>', 'why, for the record and whoever reads it').makeOptionMandatory(),
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .action((image: string, flags: RollbackFlags) => rollback(image, flags, context));
}

async function rollback(image: string, flags: RollbackFlags, context: CommandContext): Promise<void> {
  const { rollbackText } = await import('../../report/index.ts');
  const { to, reason, json } = flags;
  if (reason.trim() === '') {
    throw new FactoryError('USAGE', 'cannot roll back without a reason: --reason is empty');
  }
  const catalog = await context.openCatalog();
  const target = chooseTarget(catalog, flags.target);
  const track = findTrack(image, catalog);
  await using factory = await context.openers.openFactory({ ...context, catalog, target });
  const done = await factory.rollback({ track, reason, ...(to !== undefined && { to }) });
  context.stdout.write(`${json ? JSON.stringify(done) : rollbackText(track.id, done)}\n`);
}

/** One image, also one that cannot be made today: that may be why it has to go back. */
function findTrack(image: string, catalog: Catalog): Track {
  const tracks = releasedTracks(catalog);
  const found = tracks.find(({ id }) => id === image);
  if (found === undefined) {
    throw new FactoryError('USAGE', `cannot roll back "${image}": expected the id of one image`, {
      hint: `one of ${tracks.map(({ id }) => id).join(', ')}`,
    });
  }
  return found;
}
