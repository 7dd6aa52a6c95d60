import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageFile from '../package.json' with { type: 'json' };
import { createProcessRunner } from '../src/host/process.ts';
import { REPOSITORY } from './support/repository.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const INGOT = path.join(REPOSITORY, 'bin/ingot');
const processes = createProcessRunner();

/** A folder with a `node` that tells how it was called, as it would lie on PATH before the one that is new enough. */
async function folderOfOldNode(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'node'), '#!/bin/sh\necho "old node: $*"\n');
  await chmod(path.join(folder, 'node'), 0o755);
  return folder;
}

test('ingot runs from any folder, by a link too, on the Node that npm brought', async () => {
  const folder = await folderOfOldNode();
  await symlink(INGOT, path.join(folder, 'ingot'));
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const { stdout } = await processes.run(['ingot', '--version'], { cwd: folder, env });
  expect(stdout).toBe(`${packageFile.version}\n`);
});

test('where npm brought no Node, it is the one on PATH', async () => {
  const folder = await folderOfOldNode();
  const copy = path.join(folder, 'bin/ingot');
  await mkdir(path.dirname(copy));
  await copyFile(INGOT, copy);
  const { stdout } = await processes.run([copy, 'plan', 'two words'], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
  });
  expect(stdout).toBe(`old node: ${folder}/src/start.js plan two words\n`);
});
