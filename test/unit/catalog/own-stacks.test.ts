import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import { problemText } from '../../../src/model/index.ts';
import {
  GOOD_CATALOG,
  temporaryFolder,
  writeCatalog,
  type CatalogFiles,
} from '../../support/catalog-folder.ts';
import { CORPORATE_CA, SERVER_CERTIFICATE } from '../../support/certificates.ts';

const IMAGE = GOOD_CATALOG['images/base.json'];
const STACK = {
  name: 'mine',
  extends: 'node',
  example: GOOD_CATALOG['stacks/node/stack.json'].example,
};
const BUNDLED = { ...GOOD_CATALOG['stacks/base/stack.json'], steps: ['ca-certificates'] };

/** A user's catalog with one image of its stack `mine`, beside the good catalog as the one ingot came with. */
async function load(files: CatalogFiles, stack: object = {}, ours: CatalogFiles = {}) {
  using shipped = temporaryFolder();
  using own = temporaryFolder();
  writeCatalog(shipped.path, {
    ...GOOD_CATALOG,
    'stacks/base/stack.json': BUNDLED,
    'stacks/node/example/Dockerfile': 'FROM ${REGISTRY}/node-dev:${TAG}\n',
    'templates/partials/steps/ldconfig.hbs': 'ldconfig\n',
    ...ours,
  });
  writeCatalog(own.path, {
    'catalog.json': { ...GOOD_CATALOG['catalog.json'], include: ['images/*.json'] },
    'images/mine.json': { ...IMAGE, name: 'mine', stack: 'mine' },
    'stacks/mine/stack.json': { ...STACK, ...stack },
    'stacks/mine/structure-test.yaml': 'schemaVersion: 2.0.0\n',
    'stacks/mine/example/hello.js': '',
    ...files,
  });
  const loaded = await loadCatalog(own.path, shipped.path);
  return {
    problems: loaded.problems.map(problemText),
    entry: loaded.kind === 'ok' ? loaded.catalog.entries[0] : undefined,
    roots: { own: own.path, shipped: shipped.path },
  };
}

test('a stack stands on those that came with ingot, whose files stay where they are', async () => {
  const { entry, roots, problems } = await load({});
  expect(problems).toEqual([]);
  expect(entry?.stacks.map(({ name, root, folder }) => [name, root, folder])).toEqual([
    ['base', roots.shipped, 'stacks/base'],
    ['node', roots.shipped, 'stacks/node'],
    ['mine', roots.own, 'stacks/mine'],
  ]);
});

test('an image can be made of a stack of ours alone; its app is tested where its images are', async () => {
  const { entry, problems } = await load({ 'images/mine.json': { ...IMAGE, name: 'mine', stack: 'node' } });
  expect(problems).toEqual([]);
  expect(entry?.stacks.map(({ name }) => name)).toEqual(['base', 'node']);
  expect(entry?.example.app).toBeUndefined();
});

test('a stack that replaces one of ours below another of ours is refused', async () => {
  const { problems } = await load({ 'stacks/base/stack.json': { name: 'base', packages: ['libc6'] } });
  expect(problems).toEqual([
    'stacks/base/stack.json: name: expected a name that no stack of ingot\'s has, as the catalog uses its "node", got "base": rename the folder and "name", and let it extend "base"',
  ]);
});

test('a catalog that uses none of ours may call its own as it likes', async () => {
  const { problems } = await load({
    'stacks/node/stack.json': GOOD_CATALOG['stacks/node/stack.json'],
    'stacks/base/stack.json': GOOD_CATALOG['stacks/base/stack.json'],
  });
  expect(problems).toEqual([]);
});

test('time zone, locale and certificates are links, packages and steps of the layer', async () => {
  const settings = {
    'time-zone': 'Europe/Berlin',
    locale: 'de_DE.UTF-8',
    certificates: ['certs/corp.pem'],
    environment: { REQUESTS_CA_BUNDLE: '/etc/mine.pem' },
  };
  const { entry, problems } = await load({ 'stacks/mine/certs/corp.pem': CORPORATE_CA }, settings);
  expect(problems).toEqual([]);
  expect(entry?.stacks.at(-1)).toMatchObject({
    links: [{ path: '/etc/localtime', target: '/usr/share/zoneinfo/Europe/Berlin' }],
    packages: ['locales'],
    exclude: [{ package: 'debconf' }],
    reads: ['base'],
    steps: ['own-locale', 'own-certificates'],
    locale: 'de_DE.UTF-8',
    certificates: {
      below: 'base',
      added: [{ subject: 'O=Example Corp, CN=Example Corp Root CA', pem: CORPORATE_CA.trim() }],
    },
  });
  expect(entry?.config.environment).toMatchObject({
    LANG: 'de_DE.UTF-8',
    NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt',
    REQUESTS_CA_BUNDLE: '/etc/mine.pem',
  });
});

test('the truststore of a Java stack below is made anew', async () => {
  const java = { ...GOOD_CATALOG['stacks/node/stack.json'], steps: ['java-truststore'] };
  const { entry } = await load(
    { 'stacks/mine/certs/corp.pem': CORPORATE_CA },
    { certificates: ['certs/corp.pem'] },
    { 'stacks/node/stack.json': java },
  );
  expect(entry?.stacks.at(-1)?.steps).toEqual(['own-certificates', 'java-truststore']);
});

test.each([
  [
    'a file that is not there',
    { certificates: ['corp.pem'] },
    'certificates[0]: expected a file beside stack.json called "corp.pem", got no such file',
  ],
  [
    'a file without a certificate',
    { certificates: ['structure-test.yaml'] },
    'certificates[0]: expected certificates in PEM, "-----BEGIN CERTIFICATE-----", got none',
  ],
  [
    'the certificate of a server',
    { certificates: ['server.pem'] },
    'certificates[0]: expected a certificate authority in block 1, got "CN=server.example.com", which is none',
  ],
  [
    'a block that is broken',
    { certificates: ['broken.pem'] },
    'certificates[0]: expected a certificate in block 1, got what cannot be read',
  ],
  [
    'a time zone that is none',
    { 'time-zone': 'Europe/Atlantis' },
    'time-zone: expected the name of a time zone such as "Europe/Berlin", got "Europe/Atlantis"',
  ],
  [
    'a locale without UTF-8',
    { locale: 'de_DE' },
    'locale: expected a UTF-8 locale such as "de_DE.UTF-8", got "de_DE"',
  ],
  [
    'a path out of the stack',
    { certificates: ['../corp.pem'] },
    'certificates[0]: expected a relative path without "..", got "../corp.pem"',
  ],
])('%s', async (_, stack, problem) => {
  const { problems } = await load(
    {
      'stacks/mine/server.pem': SERVER_CERTIFICATE,
      'stacks/mine/broken.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    },
    stack,
  );
  expect(problems).toEqual([`stacks/mine/stack.json: ${problem}`]);
});
