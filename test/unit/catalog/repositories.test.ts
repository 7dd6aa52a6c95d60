import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import type { Catalog } from '../../../src/model/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';

const PGDG = {
  url: 'https://apt.example.org/pub/repos/apt/',
  key: 'keys/pgdg.asc',
  suites: { trixie: ['trixie-pgdg'], bookworm: ['bookworm-pgdg'] },
  packages: ['libpq5', 'postgresql-client-*'],
};

async function catalogWithRepository(): Promise<Catalog> {
  using folder = temporaryFolder();
  const node = GOOD_CATALOG['images/node.json'];
  writeCatalog(folder.path, {
    ...GOOD_CATALOG,
    'catalog.json': { ...GOOD_CATALOG['catalog.json'], repositories: { pgdg: PGDG } },
    'images/node.json': { ...node, dev: { title: 'Node.js', description: 'Node.js and npm' } },
    'stacks/node/stack.json': {
      ...GOOD_CATALOG['stacks/node/stack.json'],
      repositories: ['pgdg'],
      dev: { packages: ['make'] },
    },
    'stacks/essential/stack.json': { name: 'essential' },
    'stacks/system/stack.json': { name: 'system', extends: 'essential' },
    'stacks/node/structure-test.dev.yaml': 'schemaVersion: 2.0.0\n',
  });
  const loaded = await loadCatalog(folder.path);
  if (loaded.kind === 'problems' || loaded.problems.length > 0) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  return loaded.catalog;
}

/** What a lock is made for: the host and the key file are no part of it. */
const OF_TRIXIE = {
  name: 'pgdg',
  suites: ['trixie-pgdg'],
  component: 'main',
  packages: ['libpq5', 'postgresql-client-*'],
};

test('a stack has what it names, for the Debian release of the track; its dev image too', async () => {
  const { entries, repositories } = await catalogWithRepository();
  const named = entries
    .filter(({ track }) => track === '24')
    .map(({ id, stacks }) => ({
      id,
      of: stacks.flatMap(({ name, repositories: own }) => (own === undefined ? [] : [{ name, own }])),
    }));
  expect(named).toEqual([
    { id: 'node-24', of: [{ name: 'node', own: [OF_TRIXIE] }] },
    {
      id: 'node-dev-24',
      of: [
        { name: 'node-dev', own: [OF_TRIXIE] },
        { name: 'node', own: [OF_TRIXIE] },
      ],
    },
  ]);
  expect(repositories).toEqual([
    { name: 'pgdg', url: 'https://apt.example.org/pub/repos/apt', key: 'keys/pgdg.asc' },
  ]);
});
