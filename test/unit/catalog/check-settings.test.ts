import { describe, expect, test } from 'vitest';
import { toCheckPolicy } from '../../../src/check/index.ts';
import { loadCatalog } from '../../../src/catalog/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

const RULE = { id: 'no-wget', instruction: 'RUN', pattern: 'wget', message: 'no wget', help: 'use curl' };

async function loaded(more: object) {
  using folder = temporaryFolder();
  writeCatalog(folder.path, {
    ...GOOD_CATALOG,
    'catalog.json': { ...GOOD_CATALOG['catalog.json'], ...more },
  });
  const result = await loadCatalog(folder.path);
  if (result.kind === 'problems') {
    throw new Error(JSON.stringify(result.problems));
  }
  return result.catalog;
}

test('without "check", every rule is what it is by itself', async () => {
  expect((await loaded({})).check).toEqual({ registries: [], bases: [], levels: {}, rules: [] });
});

test('"check" is read as it is written', async () => {
  const check = {
    registries: ['mirror.example.com:5000/golden'],
    bases: ['ghcr.io/tools/*'],
    levels: { 'add-url': 'off', 'unpinned-default': 'error' },
    rules: [RULE],
  };
  expect((await loaded({ check })).check).toEqual({ ...check, rules: [{ ...RULE, level: 'error' }] });
});

describe('approved bases', () => {
  const targets = { prod: { kind: 'registry', registry: 'registry.example.com', prefix: 'golden' } };

  test('are the images on every registry target, for every team, and on further registries', async () => {
    const catalog = await loaded({ targets, check: { registries: ['mirror.example.com/g'] } });
    const { golden } = toCheckPolicy(catalog);
    expect([...golden.keys()].sort()).toEqual([
      'mirror.example.com/g/base',
      'mirror.example.com/g/node',
      'registry.example.com/golden/base',
      'registry.example.com/golden/node',
      'registry.example.com/team-payments/node',
    ]);
    expect(golden.get('registry.example.com/golden/node')).toEqual({ tracks: ['24', '22'], isNonRoot: true });
  });

  test('are none where no registry is known', async () => {
    expect(toCheckPolicy(await loaded({})).golden.size).toBe(0);
  });

  test('of which one image is root are not taken for non-root', async () => {
    const catalog = await loaded({ targets });
    const entries = catalog.entries.map((entry) => ({ ...entry, config: { ...entry.config, user: '0:0' } }));
    const { golden } = toCheckPolicy({ ...catalog, entries });
    expect(golden.get('registry.example.com/golden/node')?.isNonRoot).toBe(false);
  });
});

test.each([
  {
    summary: 'a rule that is not there',
    check: { levels: { 'add-ulr': 'off' } },
    problem: 'check.levels.add-ulr: unknown key "add-ulr", did you mean "add-url"?',
  },
  {
    summary: 'a level that is not there',
    check: { levels: { 'add-url': 'info' } },
    problem: 'check.levels.add-url: expected "error", "warning" or "off", got "info"',
  },
  {
    summary: 'a base without its host',
    check: { bases: ['node'] },
    problem:
      'check.bases[0]: expected a repository with its host such as "registry.example.com/tools/*", got "node"',
  },
  {
    summary: 'a registry with a scheme',
    check: { registries: ['https://registry.example.com'] },
    problem:
      'check.registries[0]: expected a host with the path below it such as "registry.example.com/golden", got "https://registry.example.com"',
  },
  {
    summary: 'a pattern that RE2 does not understand',
    check: { rules: [{ ...RULE, pattern: '(?=x)' }] },
    problem: 'check.rules[0].pattern: expected a regular expression that RE2 understands, got "(?=x)"',
  },
  {
    summary: "an id that is one of ingot's",
    check: { rules: [{ ...RULE, id: 'add-url' }] },
    problem: `check.rules[0].id: expected an id that is not one of ingot's own rules, got "add-url"`,
  },
  {
    summary: 'an id that stands twice',
    check: { rules: [RULE, RULE] },
    problem: 'check.rules[1].id: expected an id of its own, got "no-wget", the id of rules[0]',
  },
])('$summary is a mistake', async ({ check, problem }) => {
  const problems = await problemsAfter((files) => (files['catalog.json'].check = check));
  expect(problems).toEqual([`catalog.json: ${problem}`]);
});
