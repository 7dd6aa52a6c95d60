import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Option } from 'commander';
import type { RunningImage } from '../ecr/index.ts';
import { FactoryError } from '../model/index.ts';
import type { CommandContext } from './context.ts';
import type { LifecycleAccess } from './open-lifecycle.ts';

/** Where it is looked up what is in use. */
export interface InUseFlags {
  readonly inUse?: string;
  readonly kubeContext?: readonly string[];
  readonly keep?: true;
}

export function inUseOptions(): readonly Option[] {
  return [
    new Option('--in-use <file>', 'digests that have to stay, one per line or as JSON'),
    // not a list in one: names may come after it
    new Option('--kube-context <name>', 'what its pods run has to stay (may be repeated)').argParser(
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    ),
    new Option('--keep', 'tag what is in use and would go, so that it stays'),
  ];
}

export function isAskedForUse({ inUse, kubeContext = [] }: InUseFlags): boolean {
  return inUse !== undefined || kubeContext.length > 0;
}

/** What is in use, as far as somebody asked. */
export interface InUse {
  readonly running: readonly RunningImage[];
  /** Files and contexts, as they were named. */
  readonly asked: readonly string[];
  /** Whether all that runs there names a digest. */
  readonly isWhole: boolean;
}

export async function findRunning(
  { inUse, kubeContext = [] }: InUseFlags,
  context: Pick<CommandContext, 'cwd' | 'emit'>,
  access: Pick<LifecycleAccess, 'containersOf'>,
): Promise<InUse> {
  const { parseInUse } = await import('../ecr/index.ts');
  const found: InUse[] = [];
  if (inUse !== undefined) {
    const running = parseInUse(await readInUse(path.resolve(context.cwd, inUse)), inUse);
    found.push({ running, asked: [inUse], isWhole: true });
  }
  for (const name of kubeContext) {
    found.push(await findInCluster(name, context, access));
  }
  return {
    running: found.flatMap(({ running }) => running),
    asked: found.flatMap(({ asked }) => asked),
    isWhole: found.every(({ isWhole }) => isWhole),
  };
}

/** No cluster runs nothing: one that lists nothing by its digest was not seen as it is. */
async function findInCluster(
  name: string,
  { emit }: Pick<CommandContext, 'emit'>,
  access: Pick<LifecycleAccess, 'containersOf'>,
): Promise<InUse> {
  const { parseImageId } = await import('../ecr/index.ts');
  const containers = await access.containersOf(name);
  const running: RunningImage[] = [];
  for (const { where, imageId } of containers) {
    const image = parseImageId(imageId, where);
    if (image !== undefined) {
      running.push(image);
    } else if (imageId !== '') {
      emit({ kind: 'notice', level: 'warn', message: `${where} runs "${imageId}", which names no digest` });
    }
  }
  if (running.length === 0) {
    throw new FactoryError(
      'CLUSTER_FAILED',
      `cannot tell what is in use in context "${name}": none of its ${containers.length} containers has an image by digest`,
      { hint: 'see that it is the cluster that is meant, and that its user may list pods of all namespaces' },
    );
  }
  return { running, asked: [name], isWhole: running.length === containers.length };
}

async function readInUse(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new FactoryError('USAGE', `cannot read what is in use: "${file}" cannot be read`, { cause: error });
  }
}
