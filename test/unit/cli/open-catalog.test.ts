import path from 'node:path';
import { expect, test } from 'vitest';
import { catalogFolder } from '../../../src/cli/open-catalog.ts';
import { temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import { ROOT } from '../../support/source-tree.ts';

test('the folder asked for, as seen from where we are', () => {
  expect(catalogFolder('../other', '/srv/here')).toBe(path.resolve('/srv/other'));
});

test('the folder we are in, if it holds a catalog', () => {
  using folder = temporaryFolder();
  writeCatalog(folder.path, { 'catalog.json': {} });
  expect(catalogFolder(undefined, folder.path)).toBe(folder.path);
});

test('else the catalog ingot came with', () => {
  using folder = temporaryFolder();
  expect(catalogFolder(undefined, folder.path)).toBe(ROOT);
});
