import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../../../src/oci/index.ts';
import { recipeFiles, unpackRecipe } from '../../../../src/stages/build/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const PATH = 'usr/local/bin/run';

/** A stack with one program, as the catalog reads it. */
async function stack() {
  const root = await temporaryFolder();
  const file = join(root, 'stacks/php/files', PATH);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return { name: 'php', root, folder: 'stacks/php', files: { [PATH]: sha256Of(await readFile(file)) } };
}

describe('the files of a recipe', () => {
  it('come back as they were, with their executable bits', async () => {
    const written = await stack();
    const files = await recipeFiles([written]);
    const root = await temporaryFolder();
    const stacks = await unpackRecipe(files, { [`php ${PATH}`]: written.files[PATH] }, root);
    expect(stacks).toEqual([{ name: 'php', root, folder: 'php', files: written.files }]);
    const file = join(root, 'php/files', PATH);
    expect(await readFile(file, 'utf8')).toBe('#!/bin/sh\n');
    expect((await stat(file)).mode & 0o777).toBe(0o755);
  });

  it.each([
    {
      summary: 'are changed',
      files: { [`php ${PATH}`]: { content: 'eA==', isProgram: false } },
      name: `php ${PATH}`,
    },
    { summary: 'are missing', files: {}, name: `php ${PATH}` },
    {
      summary: 'climb out of their folder',
      files: { 'php ../../x': { content: 'eA==', isProgram: false } },
      name: 'php ../../x',
    },
  ])('are refused where they $summary', async ({ files, name }) => {
    const digest = name.includes('..') ? sha256Of(Buffer.from('x')) : (await stack()).files[PATH];
    await expect(unpackRecipe(files, { [name]: digest }, await temporaryFolder())).rejects.toMatchObject({
      code: 'RECIPE_INVALID',
    });
  });
});
