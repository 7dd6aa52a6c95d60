import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { decisionsSource } from '../../../src/cli/decisions-source.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import { sha256Of } from '../../../src/oci/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const AUTHOR = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.com'];
const processes = createProcessRunner();

async function git(folder: string, ...args: readonly string[]): Promise<string> {
  return (await processes.run(['git', ...AUTHOR, ...args], { cwd: folder })).stdout.trim();
}

/** A catalog below the root of a repository, with one decision that is committed. */
async function arrange() {
  const root = await temporaryFolder();
  const folder = path.join(root, 'images');
  await mkdir(path.join(folder, 'decisions'), { recursive: true });
  await writeFile(path.join(folder, 'decisions/a.json'), '{"kind":"freeze"}\n');
  await writeFile(path.join(folder, 'decisions/README.md'), 'Exceptions.\n');
  await git(root, 'init', '--quiet');
  await git(root, 'add', '.');
  await git(root, 'commit', '--quiet', '--message=first');
  return { root, folder, commit: await git(root, 'rev-parse', 'HEAD') };
}

describe('decisionsSource', () => {
  test('names the commit, and every file by its digest', async () => {
    const { folder, commit } = await arrange();
    const files = { 'decisions/a.json': sha256Of('{"kind":"freeze"}\n') };
    expect(await decisionsSource(folder, processes)).toEqual({
      commit,
      dirty: false,
      digest: sha256Of(JSON.stringify(files)),
      files,
    });
  });

  test.each<[string, (folder: string) => Promise<unknown>]>([
    ['changed', (folder) => writeFile(path.join(folder, 'decisions/a.json'), '{}')],
    ['removed', (folder) => rm(path.join(folder, 'decisions/a.json'))],
    ['added', (folder) => writeFile(path.join(folder, 'decisions/b.json'), '{}')],
    [
      'ignored by git',
      async (folder) => {
        await writeFile(path.join(folder, '.gitignore'), 'b.json\n');
        await writeFile(path.join(folder, 'decisions/b.json'), '{}');
      },
    ],
  ])('a decision that was %s is not what was reviewed', async (_, change) => {
    const { folder, commit } = await arrange();
    await change(folder);
    expect(await decisionsSource(folder, processes)).toMatchObject({ commit, dirty: true });
  });

  test('what else changes beside the decisions does not matter', async () => {
    const { folder } = await arrange();
    await writeFile(path.join(folder, 'catalog.json'), '{}');
    expect(await decisionsSource(folder, processes)).toMatchObject({ dirty: false });
  });

  test('outside of git there is no commit', async () => {
    const folder = await temporaryFolder();
    expect(await decisionsSource(folder, processes)).toEqual({
      dirty: true,
      digest: sha256Of('{}'),
      files: {},
    });
  });
});
