import { chmodSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { prepareExample, testFiles, type ExampleDeps } from '../../../src/cli/example-files.ts';
import { digestFiles } from '../../../src/host/catalog-files.ts';
import type { CatalogEntry } from '../../../src/model/index.ts';
import { temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';

test('everyone may read and run an example, even one checked out by a user who shares nothing', async () => {
  using catalog = temporaryFolder();
  using work = temporaryFolder();
  writeCatalog(catalog.path, { 'stacks/x/example/hello': 'x', 'stacks/x/example/data': 'x' });
  const example = path.join(catalog.path, 'stacks/x/example');
  chmodSync(path.join(example, 'hello'), 0o700);
  chmodSync(path.join(example, 'data'), 0o600);
  chmodSync(example, 0o700);
  const entry = {
    id: 'x-1',
    stacks: [{ root: catalog.path, folder: 'stacks/x' }],
    example: { packages: [] },
  };
  const deps = { workDir: work.path };
  const folder = await prepareExample(entry as unknown as CatalogEntry, 'linux/arm64', deps as ExampleDeps);
  const modes = ['.', 'hello', 'data'].map((file) => statSync(path.join(folder, file)).mode & 0o777);
  expect(modes).toEqual([0o755, 0o755, 0o644]);
});

test('an image is tested with the files of its stack, but not with the checks of the other variant', async () => {
  using catalog = temporaryFolder();
  writeCatalog(catalog.path, {
    'stacks/x/structure-test.yaml': 'x',
    'stacks/x/structure-test.dev.yaml': 'x',
    'stacks/x/example/hello': 'x',
  });
  async function filesOf(variant: string): Promise<readonly string[]> {
    const entry = { variant, stacks: [{ root: catalog.path, folder: 'stacks/x' }] };
    return Object.keys(await testFiles(entry as unknown as CatalogEntry, digestFiles)).sort();
  }
  expect(await filesOf('runtime')).toEqual(['stacks/x/example/hello', 'stacks/x/structure-test.yaml']);
  expect(await filesOf('dev')).toEqual(['stacks/x/example/hello', 'stacks/x/structure-test.dev.yaml']);
});
