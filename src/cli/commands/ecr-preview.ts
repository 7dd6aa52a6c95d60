import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import pLimit from 'p-limit';
import type { RunningImage } from '../../ecr/index.ts';
import { FactoryError } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { chooseEcrTarget } from '../ecr-target.ts';
import { EXIT } from '../exit-code.ts';
import type { LifecycleAccess } from '../open-lifecycle.ts';
import { jsonOption } from '../options.ts';
import { assertAllSound, selectImages } from '../select-images.ts';
import { ECR_REPOSITORIES } from './ecr-plan.ts';

interface EcrPreviewFlags {
  readonly target?: string;
  readonly inUse?: string;
  readonly kubeContext?: readonly string[];
  readonly keep?: true;
  readonly json?: true;
}

export function ecrPreviewCommand(context: CommandContext): Command {
  return new Command('preview')
    .description('say which images the lifecycle rules would take, and which of them are in use')
    .argument('[image...]', 'ids or repositories of the catalog; default: all')
    .addOption(new Option('--target <name>', 'of kind "ecr"; default: the only one'))
    .addOption(new Option('--in-use <file>', 'digests that have to stay, one per line or as JSON'))
    .addOption(kubeContextOption())
    .addOption(new Option('--keep', 'tag what is in use and would go, so that it stays'))
    .addOption(jsonOption())
    .action((names: readonly string[], flags: EcrPreviewFlags) => ecrPreview(names, flags, context));
}

/** Not a list in one: image names may come after it. */
function kubeContextOption(): Option {
  return new Option('--kube-context <name>', 'what its pods run has to stay (may be repeated)').argParser(
    (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
  );
}

async function ecrPreview(
  names: readonly string[],
  flags: EcrPreviewFlags,
  context: CommandContext,
): Promise<void> {
  const { previewText } = await import('../../ecr/index.ts');
  const { previewRepositories } = await import('../preview-repositories.ts');
  const catalog = await context.openCatalog();
  // an image that cannot be read has tags that nobody knows, and the rules would not shield them
  assertAllSound(catalog);
  const target = chooseEcrTarget(catalog, flags.target);
  const selected = selectImages(catalog, names).entries;
  await using access = await context.openers.openLifecycle({ ...context, target, region: target.ecr.region });
  const running = await findRunning(flags, context, access);
  const previews = await previewRepositories(
    { catalog, selected, target, running, isKeeping: flags.keep === true },
    { access, pool: pLimit(ECR_REPOSITORIES), emit: context.emit, startedAt: context.startedAt },
  );
  context.stdout.write(`${flags.json ? JSON.stringify(previews) : previewText(previews)}\n`);
  if (previews.some(({ endangered }) => endangered.length > 0)) {
    context.setExitCode(EXIT.blocked);
  }
}

async function findRunning(
  { inUse, kubeContext = [] }: EcrPreviewFlags,
  { cwd, emit }: CommandContext,
  access: LifecycleAccess,
): Promise<readonly RunningImage[]> {
  const { parseImageId, parseInUse } = await import('../../ecr/index.ts');
  const running =
    inUse === undefined ? [] : [...parseInUse(await readInUse(path.resolve(cwd, inUse)), inUse)];
  for (const name of kubeContext) {
    for (const { where, imageId } of await access.containersOf(name)) {
      const image = parseImageId(imageId, where);
      if (image !== undefined) {
        running.push(image);
      } else if (imageId !== '') {
        emit({ kind: 'notice', level: 'warn', message: `${where} runs "${imageId}", which names no digest` });
      }
    }
  }
  return running;
}

async function readInUse(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new FactoryError('USAGE', `cannot read what is in use: "${file}" cannot be read`, { cause: error });
  }
}
