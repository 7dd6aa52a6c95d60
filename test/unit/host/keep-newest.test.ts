import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { keepNewest } from '../../../src/host/keep-newest.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const RUNS = /^\d{8}T/;

test('the oldest go, folders and files, and what has another name stays', async () => {
  const folder = await temporaryFolder();
  for (const name of ['20270103T0230', '20270101T0230', '20270102T0230', 'site']) {
    await mkdir(path.join(folder, name, 'node'), { recursive: true });
  }
  await writeFile(path.join(folder, '20261231T0230.log'), 'a night');
  await symlink('20270103T0230', path.join(folder, 'latest'));
  await keepNewest(folder, RUNS, 2);
  expect((await readdir(folder)).sort()).toEqual(['20270102T0230', '20270103T0230', 'latest', 'site']);
  await keepNewest(folder, RUNS, 2);
  expect(await readdir(folder)).toHaveLength(4);
});

test('a folder that is not there holds nothing', async () => {
  await expect(keepNewest(path.join(await temporaryFolder(), 'out'), RUNS, 2)).resolves.toBeUndefined();
});
