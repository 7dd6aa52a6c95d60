import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findNpm } from '../../../src/host/npm-location.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test("finds the host's npm through its link, past those of a project", async () => {
  const host = await temporaryFolder();
  const npm = path.join(host, 'lib/node_modules/npm');
  await mkdir(path.join(npm, 'bin'), { recursive: true });
  await mkdir(path.join(host, 'bin'));
  await mkdir(path.join(host, 'project/node_modules/.bin'), { recursive: true });
  await writeFile(path.join(npm, 'bin/npm-cli.js'), '');
  await writeFile(path.join(host, 'project/node_modules/.bin/npm'), '');
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', path.join(host, 'bin/npm'));

  const folders = ['project/node_modules/.bin', 'empty', 'bin'].map((folder) => path.join(host, folder));
  const found = await findNpm({ PATH: ['relative', ...folders].join(':') }, '/opt/node/bin/node');

  expect(found).toEqual({ npmPath: npm, execPath: path.join(host, 'bin/node') });
});

test('without one, our own node stands in', async () => {
  expect(await findNpm({}, '/opt/node/bin/node')).toEqual({
    npmPath: '/opt/node/bin',
    execPath: '/opt/node/bin/node',
  });
});
