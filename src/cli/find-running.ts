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

export async function findRunning(
  { inUse, kubeContext = [] }: InUseFlags,
  { cwd, emit }: Pick<CommandContext, 'cwd' | 'emit'>,
  access: Pick<LifecycleAccess, 'containersOf'>,
): Promise<readonly RunningImage[]> {
  const { parseImageId, parseInUse } = await import('../ecr/index.ts');
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
