import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openRepositories } from '../../../src/cli/open-repositories.ts';
import type { Catalog } from '../../../src/model/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function catalogNaming(key: string): Promise<Catalog> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'keys'));
  await writeFile(path.join(folder, 'keys/pgdg.asc'), 'a key');
  return {
    folder,
    repositories: [{ name: 'pgdg', url: 'https://apt.example.org', key }],
  } as Partial<Catalog> as Catalog;
}

test('keys are read from the catalog when the first image asks', async () => {
  const opened = openRepositories(await catalogNaming('keys/pgdg.asc')).get('pgdg');
  expect(opened?.url).toBe('https://apt.example.org');
  await expect(opened?.keys()).resolves.toEqual(['a key']);
});

test('a key that is not there is a matter of its images', async () => {
  const opened = openRepositories(await catalogNaming('keys/gone.asc')).get('pgdg');
  await expect(opened?.keys()).rejects.toMatchObject({
    code: 'CATALOG_INVALID',
    message: 'cannot read key "keys/gone.asc": expected a readable file in the catalog',
  });
});

test('without a catalog there are none', () => {
  expect(openRepositories(undefined).size).toBe(0);
});
