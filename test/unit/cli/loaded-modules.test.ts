import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { createProcessRunner } from '../../../src/host/process.ts';
import { writeTestLayout } from '../../support/layout.ts';
import { serveRegistry } from '../../support/registry.ts';
import { pemOf, testKeys } from '../../support/signing.ts';
import { ROOT } from '../../support/source-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { releasedRepository, TRACK } from '../../support/verified-release.ts';

/** What a process loaded: packages that we name in package.json, and folders below `src`. */
interface Loaded {
  readonly packages: readonly string[];
  readonly folders: readonly string[];
}

/** Runs ingot in a folder of its own; with 1 it said no, which loads as much. */
async function loadedBy(args: readonly string[], folder: string): Promise<Loaded> {
  const file = path.join(folder, 'loaded');
  const home = path.join(folder, 'home');
  const hook = path.join(ROOT, 'test/support/list-loaded.ts');
  // not start.js, which would take the bundle
  const argv = [process.execPath, '--import', hook, path.join(ROOT, 'src/main.ts'), ...args];
  await createProcessRunner().run(argv, {
    cwd: folder,
    env: { LOADED_MODULES: file, HOME: home, XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '', XDG_STATE_HOME: '' },
    accepts: [1],
  });
  const urls = (await readFile(file, 'utf8')).split('\n');
  return {
    packages: Object.keys(packageFile.dependencies)
      .filter((name) => urls.some((url) => url.includes(`/node_modules/${name}/`)))
      .sort(),
    folders: [...new Set(urls.flatMap((url) => /\/src\/((?:stages\/)?\w+)\//.exec(url)?.[1] ?? []))].sort(),
  };
}

/** What each command may load, of what package.json names; anything more makes it start later. */
const COMMAND_LINE = ['commander', 'p-limit'];
const CATALOG = ['re2js', 'semver', 'spdx-exceptions', 'spdx-expression-parse', 'spdx-license-ids'];
const LAYERS = ['tar-stream', 'undici', 'zod'];

/** Folders of what is for runs that make something. */
const FOR_RUNS = /^(?:pipeline|sources|stages\/(?:build|gate|render|resolve|sbom|scan|test))$/;

test.each(['--version', '--help', 'verify --help', 'nightly --help'])(
  '%s loads the command line alone',
  async (line) => {
    const { packages } = await loadedBy(line.split(' '), await temporaryFolder());
    expect(packages).toEqual(COMMAND_LINE);
  },
);

test('check loads its rules, and the catalog for its policy', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'Dockerfile'), 'FROM scratch\nUSER 65532\n');
  const { packages, folders } = await loadedBy(['check', '--no-hadolint', 'Dockerfile'], folder);
  expect(packages).toEqual([...COMMAND_LINE, ...CATALOG, 'canonicalize', 'tar-stream', 'zod'].sort());
  expect(folders.filter((name) => FOR_RUNS.test(name))).toEqual([]);
});

test.each([
  'show ./before',
  'diff ./before ./after',
  'diff ./before PUBLISHED',
  'verify --key key.pub PUBLISHED',
])('%s loads what reads layers', async (line) => {
  const folder = await temporaryFolder();
  for (const name of ['before', 'after']) {
    await writeTestLayout(path.join(folder, name), { layers: [[{ path: 'etc/name', content: name }]] });
  }
  const ours = testKeys();
  await writeFile(path.join(folder, 'key.pub'), pemOf(ours.publicKey));
  const { address } = await serveRegistry();
  const at = releasedRepository({ address, folder }, { name: 'golden/python', ours });
  await at.release('one');
  const args = line.replace('PUBLISHED', `${at.repository}:${TRACK}`).split(' ');
  const { packages, folders } = await loadedBy(args, folder);
  expect(packages).toEqual([...COMMAND_LINE, ...LAYERS, 'canonicalize'].sort());
  expect(folders.filter((name) => FOR_RUNS.test(name))).toEqual(
    args[0] === 'verify' ? ['stages/render'] : [],
  );
});
