import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../files/index.ts';
import { FactoryError } from '../../model/index.ts';
import type { BuildInputs, RecipeFile, Sha256 } from '../../model/index.ts';
import { sha256Of } from '../../oci/index.ts';
import type { StackFiles } from './contexts.ts';

/** The files of an image's stacks as the recipe keeps them: `stack path` → file. */
export async function recipeFiles(
  stacks: readonly StackFiles[],
): Promise<Readonly<Record<string, RecipeFile>>> {
  const files: Record<string, RecipeFile> = {};
  for (const { name, root, folder, files: listed } of stacks) {
    for (const path of Object.keys(listed)) {
      const file = join(root, folder, 'files', path);
      const isProgram = ((await stat(file)).mode & 0o100) !== 0;
      files[`${name} ${path}`] = { content: (await readFile(file)).toString('base64'), isProgram };
    }
  }
  return files;
}

/**
 * Writes the files of a recipe to a folder, as stacks that a build takes.
 *
 * @param files as attested
 * @param digests of the attested inputs: a recipe that does not keep to them is refused
 */
export async function unpackRecipe(
  files: Readonly<Record<string, RecipeFile>>,
  digests: BuildInputs['files'],
  root: string,
): Promise<readonly StackFiles[]> {
  const stacks = new Map<string, Record<string, Sha256>>();
  for (const [name, digest] of Object.entries(digests)) {
    const [stack = '', path = ''] = name.split(/ (.*)/);
    const file = files[name];
    const bytes = Buffer.from(file?.content ?? '', 'base64');
    if (file === undefined || sha256Of(bytes) !== digest || path.split('/').includes('..')) {
      throw new FactoryError(
        'RECIPE_INVALID',
        `cannot reproduce: its recipe has another file "${name}" than its inputs`,
      );
    }
    const to = join(root, stack, 'files', path);
    await writeWhole(to, bytes);
    await chmod(to, file.isProgram ? 0o755 : 0o644);
    stacks.set(stack, { ...stacks.get(stack), [path]: digest });
  }
  return [...stacks].map(([name, listed]) => ({ name, root, folder: name, files: listed }));
}
