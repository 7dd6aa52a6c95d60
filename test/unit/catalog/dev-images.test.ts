import { expect, test } from 'vitest';
import { exampleBases } from '../../../src/catalog/example-bases.ts';
import { loadCatalog } from '../../../src/catalog/index.ts';
import type { CatalogEntry } from '../../../src/model/index.ts';
import {
  GOOD_CATALOG,
  temporaryFolder,
  writeCatalog,
  type CatalogFiles,
} from '../../support/catalog-folder.ts';

const NODE = GOOD_CATALOG['stacks/node/stack.json'];

const DEV_CATALOG = {
  ...GOOD_CATALOG,
  'images/node.json': {
    ...GOOD_CATALOG['images/node.json'],
    dev: { title: 'node-dev', description: 'Node.js with npm' },
  },
  'stacks/essential/stack.json': { name: 'essential', packages: ['apt'] },
  'stacks/system/stack.json': {
    name: 'system',
    extends: 'essential',
    packages: ['git'],
    environment: { PATH: '/usr/sbin:/usr/bin' },
    entrypoint: [],
    command: ['/bin/bash'],
  },
  'stacks/system/files/usr/local/bin/hello': '#!/bin/sh\n',
  'stacks/node/stack.json': {
    ...NODE,
    dev: {
      packages: ['g++', 'git'],
      drop: ['/etc/date'],
      links: { '/usr/bin/nodejs': 'node' },
      environment: { NODE_ENV: '' },
    },
  },
};

async function load(files: CatalogFiles): ReturnType<typeof loadCatalog> {
  using folder = temporaryFolder();
  writeCatalog(folder.path, files);
  return await loadCatalog(folder.path);
}

async function entries<const Ids extends readonly string[]>(
  files: CatalogFiles,
  ids: Ids,
): Promise<{ readonly [At in keyof Ids]: CatalogEntry }> {
  const loaded = await load(files);
  const found = loaded.kind === 'ok' ? loaded.catalog.entries : [];
  return ids.map((id) => {
    const one = found.find((each) => each.id === id);
    if (one === undefined) {
      throw new Error(JSON.stringify(loaded));
    }
    return one;
  }) as { readonly [At in keyof Ids]: CatalogEntry };
}

async function problems(files: CatalogFiles): Promise<readonly string[]> {
  const loaded = await load(files);
  return loaded.problems.map((each) => `${each.file}: ${each.message}`);
}

test('a dev image has what dpkg installs below, and the layers of its runtime image on top', async () => {
  const [dev, runtime] = await entries(DEV_CATALOG, ['node-dev-24', 'node-24']);
  expect(dev.stacks.map(({ name, isInstalled }) => [name, isInstalled])).toEqual([
    ['essential', true],
    ['system', true],
    ['node-dev', true],
    ['node-tools', false],
    ['base', false],
    ['node', false],
  ]);
  const placed = { root: expect.any(String) as string };
  expect(dev.stacks.slice(-2)).toEqual(runtime.stacks.map((stack) => ({ ...stack, ...placed })));
  expect(dev.stacks[2]).toMatchObject({ packages: ['g++', 'git'], drop: ['/etc/date'] });
  expect(dev.stacks[3]?.links).toEqual([{ path: '/usr/bin/nodejs', target: 'node' }]);
});

test('a dev image starts a shell, in the environment of its runtime image and its own', async () => {
  const [{ config, repository, variant, title }] = await entries(DEV_CATALOG, ['node-dev-24']);
  expect({ repository, variant, title }).toEqual({
    repository: 'node-dev',
    variant: 'dev',
    title: 'node-dev',
  });
  expect(config).toMatchObject({ entrypoint: [], command: ['/bin/bash'], user: '1000:1000' });
  expect(config.environment).toMatchObject({ LAYER: 'node', NODE_ENV: '', PATH: '/usr/sbin:/usr/bin' });
});

test('files of a stack are known by their digest', async () => {
  const [dev] = await entries(DEV_CATALOG, ['node-dev-24']);
  expect(dev.stacks.map(({ name, files }) => [name, Object.keys(files)])).toContainEqual([
    'system',
    ['usr/local/bin/hello'],
  ]);
});

test.each([
  {
    summary: 'a dev image of a stack that adds nothing',
    files: { ...DEV_CATALOG, 'stacks/node/stack.json': NODE },
    expected: ['images/node.json: expected a stack with "dev", got "node" without'],
  },
  {
    summary: 'a dev image without a system below',
    files: Object.fromEntries(
      Object.entries(DEV_CATALOG).filter(([file]) => !file.startsWith('stacks/system/')),
    ),
    expected: ['images/node.json: expected the stack "system" below it, got none'],
  },
  {
    summary: 'an image with the name of a dev image',
    files: {
      ...DEV_CATALOG,
      'images/other.json': { ...GOOD_CATALOG['images/base.json'], name: 'node-dev' },
    },
    expected: [
      'images/node.json: expected a name of its own, got "node-dev", the name in images/other.json',
      'images/other.json: expected a name of its own, got "node-dev", the name in images/node.json',
    ],
  },
  {
    summary: 'an example on an image that is not in the catalog',
    files: {
      ...DEV_CATALOG,
      'stacks/node/example/Dockerfile': 'ARG REGISTRY\nARG TAG\nFROM ${REGISTRY}/noed-dev:${TAG}\n',
    },
    expected: [
      'stacks/node/example/Dockerfile: expected FROM an image of this catalog, got "noed-dev:24"',
      'stacks/node/example/Dockerfile: expected FROM an image of this catalog, got "noed-dev:22"',
    ],
  },
])('$summary', async ({ files, expected }) => {
  expect((await problems(files)).toSorted()).toEqual(expected.toSorted());
});

test('the example is built by the dev image, and not a second time by the runtime image', async () => {
  const files = {
    ...DEV_CATALOG,
    'stacks/node/example/Dockerfile':
      'ARG REGISTRY\nARG TAG\nFROM ${REGISTRY}/node-dev:${TAG} AS build\nFROM ${REGISTRY}/node:${TAG}\n',
  };
  const [dev, runtime] = await entries(files, ['node-dev-24', 'node-24']);
  expect(dev.example.app).toEqual({
    bases: [
      { repository: 'node-dev', track: '24' },
      { repository: 'node', track: '24' },
    ],
    port: 8080,
    body: 'hello',
  });
  expect(runtime.example.app).toBeUndefined();
});

const ARGS = 'ARG REGISTRY\nARG TAG=12\n';

test.each([
  ['FROM ${REGISTRY}/cc:${TAG}', ['cc:13']],
  ['FROM $REGISTRY/cc:$TAG', ['cc:13']],
  ['FROM "${REGISTRY}/cc:${OTHER:-${TAG}}"', ['cc:13']],
  ['from --platform=$BUILDPLATFORM ${REGISTRY}/cc:12 as build', ['cc:12']],
  ['FROM ${REGISTRY}/cc:13\nFROM ${REGISTRY}/cc:${TAG}', ['cc:13']],
  ['ARG CC=12\nFROM ${REGISTRY}/cc:${CC}', ['cc:12']],
  ['FROM ${REGISTRY}/cc:${CC}', ['cc:${CC}']],
  ['ARG NODE=24\nFROM ${REGISTRY}/node:${NODE}', ['node:24']],
  ['FROM registry.example.com/golden/cc:13', ['cc:13']],
  ['FROM scratch\nARG REGISTRY\nCOPY --from=${REGISTRY}/cc:13 /a /a', ['cc:13']],
  ['FROM scratch AS a\nFROM a\nCOPY --from=a /a /a', []],
  ['# FROM ${REGISTRY}/cc:13', []],
])('bases of %j', (dockerfile, expected) => {
  const bases = exampleBases(`${ARGS}${dockerfile}\n`, '13');
  expect(bases.map(({ repository, track }) => `${repository}:${track}`)).toEqual(expected);
});

test('a base of which a variable is not declared is told', () => {
  expect(exampleBases('FROM ${REGISTRY}/cc:13\n', '13')).toEqual([
    { repository: '${REGISTRY}/cc', track: '13' },
  ]);
});
