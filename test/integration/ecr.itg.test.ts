import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEcr } from '../../src/cli/open-ecr.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { temporaryFolder, writeCatalog } from '../support/catalog-folder.ts';
import type { TemporaryFolder } from '../support/catalog-folder.ts';
import { ecrCatalog } from '../support/ecr-target-files.ts';
import { startMoto } from '../support/moto.ts';
import type { Moto } from '../support/moto.ts';
import { REPOSITORY } from '../support/repository.ts';

let moto: Moto;
let folder: TemporaryFolder;

beforeAll(async () => {
  moto = await startMoto();
  folder = temporaryFolder();
  writeCatalog(folder.path, ecrCatalog({ tags: { 'cost-centre': '42' }, encryption: 'kms' }));
});

afterAll(async () => {
  folder[Symbol.dispose]();
  await moto.stop();
});

beforeEach(() => moto.reset());

async function ingot(...argv: readonly string[]): Promise<string> {
  const program = [process.execPath, path.join(REPOSITORY, 'src/start.js')];
  const options = { cwd: folder.path, env: moto.environment };
  const { stdout } = await createProcessRunner().run([...program, 'ecr', ...argv], options);
  return stdout;
}

test('a registry that is planned and applied has nothing left to do', async () => {
  expect(await ingot('plan', '--output', 'plan.json')).toContain('3 to create');
  expect(await ingot('apply', 'plan.json')).toContain('"team-payments/node": created');
  expect(await ingot('plan')).toContain('0 to create, 0 to change, 4 as they have to be, 0 not managed here');
  expect(await ingot('apply', 'plan.json')).toBe('nothing to do\n');
});

test('what was changed by hand is brought back, and nothing of others is touched', async () => {
  await ingot('plan', '--output', 'plan.json');
  await ingot('apply', 'plan.json');
  const before = { ...process.env };
  Object.assign(process.env, moto.environment);
  const { signal } = new AbortController();
  const registry = openEcr({
    environment: {},
    cwd: '/',
    startedAt: new Date(),
    emit: () => undefined,
    signal,
    region: 'eu-central-1',
  });
  const theirs = { setting: 'MUTABLE', except: [] } as const;
  await registry.create({ name: 'legacy/app', encryption: { kind: 'aes256' }, mutability: theirs, tags: {} });
  await registry.putMutability('golden/node', theirs);
  const plan = await ingot('plan', '--output', 'plan.json');
  expect(plan).toContain('mutability.setting: "MUTABLE" → "IMMUTABLE_WITH_EXCLUSION"');
  expect(plan).toContain('? legacy/app: the catalog has no such repository');
  expect(await ingot('apply', 'plan.json')).toBe('"golden/node": mutability set\ndone: 1 changes\n');
  expect((await registry.listRepositories()).find(({ name }) => name === 'legacy/app')?.mutability).toEqual(
    theirs,
  );
  registry.close();
  process.env = before;
});
