import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../src/catalog/index.ts';
import { FACTORY_ERROR_CODES, STAGES, problemText } from '../src/model/index.ts';
import { importViolations } from './support/import-rules.ts';
import { registryHosts } from './support/machine.ts';
import { ROOT, filesBelow, importsOf, textOf } from './support/source-tree.ts';

const sources = filesBelow('src').filter((file) => file.endsWith('.ts'));
const everyFile = filesBelow('.');

describe('imports', () => {
  test('follow the rules of test/support/import-rules.ts', () => {
    expect(importViolations(sources.flatMap(importsOf))).toEqual([]);
  });

  test.each([
    { from: 'src/oci/a.ts', to: 'src/host/http.ts', typeOnly: false, rules: ['one direction'] },
    { from: 'src/oci/a.ts', to: 'src/host/http.ts', typeOnly: true, rules: [] },
    { from: 'src/stages/gate/a.ts', to: 'src/host/http.ts', typeOnly: false, rules: ['one direction'] },
    { from: 'src/stages/gate/a.ts', to: 'src/host/http.ts', typeOnly: true, rules: [] },
    {
      from: 'src/stages/gate/a.ts',
      to: 'src/stages/scan/index.ts',
      rules: ['stages do not know each other'],
    },
    { from: 'src/stages/gate/a.ts', to: 'src/oci/digest.ts', rules: ['one door per folder'] },
    { from: 'src/stages/test/a.ts', to: 'src/oci/layers.ts', rules: [] },
    { from: 'src/stages/gate/a.ts', to: 'src/oci/layers.ts', rules: ['one door per folder'] },
    { from: 'src/pipeline/a.ts', to: 'src/stages/gate/index.ts', rules: [] },
    { from: 'src/pipeline/a.ts', to: 'src/cli/index.ts', rules: ['one direction'] },
    { from: 'src/cli/a.ts', to: 'src/host/http.ts', rules: [] },
    { from: 'src/model/a.ts', to: 'zod', rules: ['model stands alone'] },
  ])('$from → $to: $rules', ({ from, to, typeOnly = false, rules }) => {
    expect(importViolations([{ from, to, typeOnly }]).map((violation) => violation.rule)).toEqual(rules);
  });
});

describe('the tree', () => {
  test('every stage has its folder and door, and no folder is not a stage', () => {
    const doors = sources.filter((file) => /^src\/stages\/[^/]+\/index\.ts$/.test(file));
    expect(doors.map((file) => file.split('/')[2])).toEqual([...STAGES].sort());
  });

  test('no source or test file is longer than 300 lines', () => {
    const code = everyFile.filter((file) => /^(src|test)\/.*\.ts$/.test(file));
    expect(code.filter((file) => textOf(file).split('\n').length > 301)).toEqual([]);
  });

  test('the only process.exit is in main.ts', () => {
    expect(sources.filter((file) => textOf(file).includes('process.exit('))).toEqual(['src/main.ts']);
  });

  test('the catalog is valid', async () => {
    const loaded = await loadCatalog(ROOT);
    expect(loaded.problems.map(problemText)).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  test('explains every error code, and no other', () => {
    const explained = [...textOf('docs/errors.md').matchAll(/^## ([A-Z_]+)$/gm)].map((match) => match[1]);
    expect(explained.sort()).toEqual([...FACTORY_ERROR_CODES].sort());
  });
});

describe('documents', () => {
  const documents = everyFile.filter((file) => /^(docs\/.*|[^/]+)\.md$/.test(file));

  test.each(documents)('%s links to what is there', (file) => {
    const links = [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? '');
    const folder = path.join(ROOT, path.dirname(file));
    expect(links.filter((link) => !existsSync(path.join(folder, link)))).toEqual([]);
  });

  test('decisions are numbered without a gap', () => {
    const numbers = documents.flatMap((file) => /^docs\/decisions\/(\d{4})-/.exec(file)?.[1] ?? []);
    expect(numbers.sort().map(Number)).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('nothing of this machine is in the tree', () => {
  test('no name of a registry or mirror', async () => {
    const hosts = await registryHosts();
    expect(everyFile.filter((file) => hosts.some((host) => textOf(file).includes(host)))).toEqual([]);
  });

  test('no path of a checkout or a home', () => {
    const homes = homedir() === '/root' ? [] : [homedir()];
    const paths = [ROOT, ...homes].map((folder) => `${folder}${path.sep}`);
    expect(everyFile.filter((file) => paths.some((folder) => textOf(file).includes(folder)))).toEqual([]);
  });
});
