import { afterAll, beforeAll, expect, test } from 'vitest';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../../support/catalog-folder.ts';
import type { TemporaryFolder } from '../../../support/catalog-folder.ts';
import { runFakeCli } from '../../../support/fake-factory.ts';

let folder: TemporaryFolder;

beforeAll(() => {
  folder = temporaryFolder();
  writeCatalog(folder.path, GOOD_CATALOG);
});

afterAll(() => folder[Symbol.dispose]());

test('a host that needs emulation alone gets no registry', async () => {
  const argv = ['local', 'start', '--emulation', '--yes', '--no-registry'];
  expect(await runFakeCli(argv, { cwd: folder.path })).toMatchObject({
    exitCode: 0,
    asked: ['find emulation', 'add emulation'],
    stdout: expect.not.stringContaining('registry') as string,
  });
});

test('nothing to be started is a mistake', async () => {
  expect(await runFakeCli(['local', 'start', '--no-registry'], { cwd: folder.path })).toMatchObject({
    exitCode: 2,
    asked: [],
    stderr: expect.stringMatching(/^ingot: cannot start nothing: /) as string,
  });
});
