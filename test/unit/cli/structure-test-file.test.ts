import { expect, test } from 'vitest';
import { readStructureTests } from '../../../src/cli/structure-test-file.ts';
import type { CatalogEntry } from '../../../src/model/index.ts';
import { temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';

function entryOf(variant: string, root: string): CatalogEntry {
  return { variant, stacks: [{ root, folder: 'stacks/x' }] } as unknown as CatalogEntry;
}

test('each variant has its own, and a dev image may have none', async () => {
  using catalog = temporaryFolder();
  writeCatalog(catalog.path, { 'stacks/x/structure-test.yaml': 'runtime', 'stacks/x/test.env': 'A=b' });
  const [runtime] = await readStructureTests(entryOf('runtime', catalog.path), { A: 'c' });
  expect(runtime).toMatchObject({
    file: 'stacks/x/structure-test.yaml',
    text: 'runtime',
    environment: { A: 'c' },
  });
  expect(await runtime?.readBeside('test.env')).toBe('A=b');
  await expect(runtime?.readBeside('none.env')).rejects.toMatchObject({
    code: 'CATALOG_INVALID',
    message: 'cannot read envFile "stacks/x/none.env" of a structure test',
  });
  expect(await readStructureTests(entryOf('dev', catalog.path), {})).toEqual([]);

  writeCatalog(catalog.path, { 'stacks/x/structure-test.dev.yaml': 'dev' });
  expect(await readStructureTests(entryOf('dev', catalog.path), {})).toMatchObject([
    { file: 'stacks/x/structure-test.dev.yaml', text: 'dev' },
  ]);
});
