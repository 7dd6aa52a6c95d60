import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { ownSource } from '../../../src/cli/own-source.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const AUTHOR = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.com'];

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await createProcessRunner().run(['git', ...args], { cwd: folder });
  return stdout.trim();
}

test('ingot comes from its repository, at the commit that is checked out', async () => {
  const folder = await temporaryFolder();
  await git(folder, 'init', '--quiet');
  await git(folder, ...AUTHOR, 'commit', '--quiet', '--allow-empty', '--message=first');
  const commit = await git(folder, 'rev-parse', 'HEAD');
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(await ownSource(folder)).toEqual({ repository: 'ingot-factory/ingot', ref: commit });

  // the commit of a repository that lies around it would be another project's
  await mkdir(path.join(folder, 'unpacked'));
  expect(await ownSource(path.join(folder, 'unpacked'))).toMatchObject({ ref: `v${packageFile.version}` });
});
