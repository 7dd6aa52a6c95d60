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

const PROXY = { url: 'http://proxy.test:3128/' };

test.each([
  { summary: "the environment's", npmrc: '', expected: { httpsProxy: PROXY.url, noProxy: ['intern.test'] } },
  {
    summary: "npm's own before the environment's",
    npmrc: 'https-proxy=http://npm.test:8080/\nnoproxy=other.test\n',
    expected: { httpsProxy: 'http://npm.test:8080/', noProxy: 'other.test' },
  },
  {
    summary: 'none for a registry that needs none',
    npmrc: 'noproxy=other.test\n',
    proxy: null,
    expected: { httpsProxy: null, noProxy: ['other.test', 'intern.test', 'registry.test'] },
  },
])('proxy: $summary', async ({ npmrc, proxy = PROXY, expected }) => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, '.npmrc'), `registry=https://registry.test/\n${npmrc}`);
  const options = await readNpmOptions({
    environment: { HOME: folder, NO_PROXY: 'intern.test' },
    workingFolder: folder,
    npm: { npmPath: folder, execPath: path.join(folder, 'bin/node') },
    proxyFor: () => proxy ?? undefined,
  });
  expect({ httpsProxy: options['httpsProxy'], noProxy: options['noProxy'] }).toEqual(expected);
});
