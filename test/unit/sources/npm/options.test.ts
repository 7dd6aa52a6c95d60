import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { readNpmOptions } from '../../../../src/sources/npm/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const rows = [
  { summary: 'the project, above the working folder', files: { 'project/.npmrc': 'p' }, expected: 'p' },
  { summary: 'the user', files: { '.npmrc': 'u' }, expected: 'u' },
  { summary: 'the host', files: { 'prefix/etc/npmrc': 'g' }, expected: 'g' },
  { summary: 'npm itself', files: { 'npm/npmrc': 'b' }, expected: 'b' },
  {
    summary: 'the nearest wins',
    files: { 'project/.npmrc': 'p', '.npmrc': 'u', 'prefix/etc/npmrc': 'g', 'npm/npmrc': 'b' },
    expected: 'p',
  },
  {
    summary: 'the environment before all files',
    files: { 'project/.npmrc': 'p' },
    environment: { npm_config_registry: 'https://e.example/' },
    expected: 'e',
  },
] as const;

test.each(rows)('reads the registry of $summary', async (row) => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'project/below'), { recursive: true });
  await writeFile(path.join(folder, 'project/package.json'), '{}');
  for (const [name, host] of Object.entries(row.files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), `registry=https://${host}.example/\nunknown-key=1\n`);
  }
  const environment: NodeJS.ProcessEnv = { HOME: folder, ...('environment' in row ? row.environment : {}) };
  const before = { ...environment };
  const printed = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];

  const options = await readNpmOptions({
    environment,
    workingFolder: path.join(folder, 'project/below'),
    npm: { npmPath: path.join(folder, 'npm'), execPath: path.join(folder, 'prefix/bin/node') },
  });

  expect(options['registry']).toBe(`https://${row.expected}.example/`);
  expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
  expect(environment).toEqual(before);
});
