import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { batchDeletes, type RepositoryPreview } from '../ecr/index.ts';
import { makeFolder, writeWhole } from '../files/index.ts';
import { FactoryError, type EcrTarget } from '../model/index.ts';

/**
 * Files for `aws ecr batch-delete-image`, with what is left over in each repository, in a folder that was not there:
 * what an earlier look found may have come back since.
 *
 * @returns their names below the folder
 */
export async function writeLeftOver(
  folder: string,
  previews: readonly RepositoryPreview[],
  { ecr: { account } }: EcrTarget,
): Promise<readonly string[]> {
  if (existsSync(folder)) {
    throw new FactoryError('USAGE', `cannot write what is left over: "${folder}" is there already`, {
      hint: 'name a new folder: what an earlier look found may have come back since',
    });
  }
  const files = previews
    .filter(({ rules }) => rules === 'wanted')
    .flatMap(({ repository, deletable: digests }) =>
      batchDeletes({ account, repository, digests }).map((input, at) => ({
        name: `${repository}.${at + 1}.json`,
        text: `${JSON.stringify(input, null, 2)}\n`,
      })),
    );
  if (files.length > 0) {
    await makeFolder(folder, async (unfinished) => {
      for (const { name, text } of files) {
        const file = path.join(unfinished, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeWhole(file, text);
      }
    });
  }
  return files.map(({ name }) => name);
}

/** What somebody who may delete runs. */
export function leftOverText(
  folder: string,
  names: readonly string[],
  { ecr: { region } }: EcrTarget,
): string {
  return names.length === 0
    ? 'nothing is left over of images that are gone for a day'
    : [
        'to delete what is left over of images that are gone for a day:',
        ...names.map(
          (name) =>
            `  aws ecr batch-delete-image --region ${region} --cli-input-json file://${path.join(folder, name)}`,
        ),
      ].join('\n');
}
