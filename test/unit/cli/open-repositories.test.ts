import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openRepositories } from '../../../src/cli/open-repositories.ts';
import type { Catalog } from '../../../src/model/index.ts';
import { createSigner } from '../../support/openpgp.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function catalogNaming(key: string, content: string): Promise<Catalog> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'keys'));
  await writeFile(path.join(folder, 'keys/pgdg.asc'), content);
  return {
    folder,
    repositories: [{ name: 'pgdg', url: 'https://apt.example.org', key }],
  } as Partial<Catalog> as Catalog;
}

test('keys are read from the catalog when the first image asks', async () => {
  const signers = [await createSigner(), await createSigner()];
  const content = signers.map(({ publicKey }) => publicKey).join('\n');
  const opened = openRepositories(await catalogNaming('keys/pgdg.asc', content)).get('pgdg');
  expect(opened?.url).toBe('https://apt.example.org');
  await expect(opened?.keys()).resolves.toHaveLength(2);
});

test('a key that is not there is a matter of its images', async () => {
  const opened = openRepositories(await catalogNaming('keys/gone.asc', '')).get('pgdg');
  await expect(opened?.keys()).rejects.toMatchObject({
    code: 'CATALOG_INVALID',
    message: 'cannot read key "keys/gone.asc": expected a readable file in the catalog',
  });
});

test('a key file with something else is named, with what it has', async () => {
  const opened = openRepositories(await catalogNaming('keys/pgdg.asc', '<html>')).get('pgdg');
  await expect(opened?.keys()).rejects.toMatchObject({
    code: 'CATALOG_INVALID',
    message:
      'cannot read key "keys/pgdg.asc": expected OpenPGP public keys, armoured or binary, got something else',
    hint: 'write the keys there with `gpg --export --armor KEY… > keys/pgdg.asc`',
  });
});

test('without a catalog there are none', () => {
  expect(openRepositories(undefined).size).toBe(0);
});
