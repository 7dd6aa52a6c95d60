import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import type { SpoiltCatalog } from '../../support/catalog-mistakes.ts';

interface Case {
  readonly summary: string;
  readonly spoil: (files: SpoiltCatalog) => void;
  readonly sound: readonly string[];
  readonly broken: readonly string[];
}

const SYSTEM = {
  'stacks/essential/stack.json': { name: 'essential' },
  'stacks/system/stack.json': { name: 'system', extends: 'essential' },
  'stacks/node/structure-test.dev.yaml': 'schemaVersion: 2.0.0\n',
};

function addDev(files: SpoiltCatalog): void {
  Object.assign(files, SYSTEM);
  files['images/node.json'].dev = { title: 'x', description: 'x' };
  files['stacks/node/stack.json'].dev = { packages: ['make'] };
}

function standOnNodeDev(files: SpoiltCatalog): void {
  addDev(files);
  files['stacks/base/example/Dockerfile'] = 'ARG REGISTRY\nFROM ${REGISTRY}/node-dev:24\n';
  files['stacks/base/stack.json'].example.app = { port: 8080, body: 'hello' };
  files['decisions/node.json'] = {
    kind: 'extend',
    target: 'node-dev-24',
    owner: 'x',
    reason: 'x',
    expires: '2027-01-01',
  };
}

const cases: readonly Case[] = [
  {
    summary: 'no mistake',
    spoil: () => undefined,
    sound: ['base-13', 'node-24', 'node-22'],
    broken: [],
  },
  {
    summary: 'an image file that is no JSON is known by its name alone',
    spoil: (files) => (files['images/node.json'] = '{'),
    sound: ['base-13'],
    broken: ['images/node.json'],
  },
  {
    summary: 'an image file with a mistake about all its tracks',
    spoil: (files) => (files['images/node.json'].titel = 'x'),
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
  {
    summary: 'an image file whose name is none is known by that of the file',
    spoil: (files) => (files['images/node.json'].name = 'No Name'),
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
  {
    summary: 'a mistake in one track',
    spoil: (files) => (files['images/node.json'].tracks[0].platforms = ['linux/arm']),
    sound: ['base-13', 'node-22'],
    broken: ['node-24'],
  },
  {
    summary: 'a track that cannot be read',
    spoil: (files) => (files['images/node.json'].tracks[0] = '24'),
    sound: ['base-13', 'node-22'],
    broken: ['images/node.json'],
  },
  {
    summary: 'a tag that is none',
    spoil: (files) => (files['images/node.json'].tracks[0].tag = '!'),
    sound: ['base-13', 'node-22'],
    broken: ['images/node.json'],
  },
  {
    summary: 'a tag that stands twice: nobody knows which of them is meant',
    spoil: (files) => (files['images/node.json'].tracks[1].tag = '24'),
    sound: ['base-13'],
    broken: ['node-24'],
  },
  {
    summary: 'two files with one name: nobody knows which of them is meant',
    spoil: (files) => (files['images/base.json'].name = 'node'),
    sound: [],
    broken: ['node-13', 'node-24', 'node-22'],
  },
  {
    summary: 'a stack that is not there',
    spoil: (files) => (files['images/node.json'].stack = 'nod'),
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
  {
    summary: 'a stack that lacks what images need, but not what stacks above it need',
    spoil: (files) => delete files['stacks/base/stack.json'].example,
    sound: ['node-24', 'node-22'],
    broken: ['base-13'],
  },
  {
    summary: 'a stack file that is no JSON',
    spoil: (files) => (files['stacks/node/stack.json'] = '{'),
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
  {
    summary: 'a mistake in a stack below',
    spoil: (files) => (files['stacks/base/stack.json'].packages = ['a', 'a']),
    sound: [],
    broken: ['base-13', 'node-24', 'node-22'],
  },
  {
    summary: 'a file beside a stack that is a folder',
    spoil: (files) => {
      delete (files as Record<string, unknown>)['stacks/node/structure-test.yaml'];
      files['stacks/node/structure-test.yaml/x'] = '';
    },
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
  {
    summary: 'a step that is not there',
    spoil: (files) => (files['stacks/node/stack.json'].steps = ['ldconfg']),
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
  {
    summary: 'a step with the name of one of ours',
    spoil: (files) => (files['templates/partials/steps/ldconfig.hbs'] = ''),
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
  {
    summary: 'a stack that only dev images stand on',
    spoil: (files) => {
      addDev(files);
      files['stacks/system/stack.json'] = '{';
    },
    sound: ['base-13', 'node-24', 'node-22'],
    broken: ['node-dev-24', 'node-dev-22'],
  },
  {
    summary: 'a stack that no image uses',
    spoil: (files) => (files['stacks/ruby/stack.json'] = '{'),
    sound: ['base-13', 'node-24', 'node-22'],
    broken: [],
  },
  {
    summary: 'a file with images that a decision is for, and that an example stands on',
    spoil: (files) => {
      standOnNodeDev(files);
      files['images/node.json'] = '{';
    },
    sound: ['base-13'],
    broken: ['images/node.json'],
  },
  {
    summary: 'a file whose dev images cannot be read, with the same on them',
    spoil: (files) => {
      standOnNodeDev(files);
      files['images/node.json'].dev = true;
    },
    sound: ['base-13'],
    broken: ['node-24', 'node-22'],
  },
];

test.each(cases)('$summary', async ({ spoil, sound, broken }) => {
  const files: SpoiltCatalog = structuredClone(GOOD_CATALOG);
  spoil(files);
  using folder = temporaryFolder();
  writeCatalog(folder.path, files);
  const loaded = await loadCatalog(folder.path);
  const catalog = loaded.kind === 'ok' ? loaded.catalog : { entries: [], broken: [] };
  expect({
    kind: loaded.kind,
    sound: catalog.entries.map(({ id }) => id),
    broken: catalog.broken.map(({ id }) => id),
  }).toEqual({ kind: 'ok', sound, broken });
  expect(catalog.broken.filter(({ problems }) => problems.length === 0)).toEqual([]);
});

test.each<{ summary: string; spoil: (files: SpoiltCatalog) => void }>([
  { summary: 'catalog.json', spoil: (files) => (files['catalog.json'].polciy = {}) },
  { summary: 'a team', spoil: (files) => (files['teams/payments.json'].images = ['nod']) },
  { summary: 'a decision', spoil: (files) => (files['decisions/node.json'] = {}) },
])('$summary concerns all images', async ({ spoil }) => {
  const files: SpoiltCatalog = structuredClone(GOOD_CATALOG);
  spoil(files);
  using folder = temporaryFolder();
  writeCatalog(folder.path, files);
  expect((await loadCatalog(folder.path)).kind).toBe('problems');
});
