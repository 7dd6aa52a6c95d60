import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTemplates } from '../../../../src/host/catalog-files.ts';
import type { CatalogEntry, Sha256 } from '../../../../src/model/index.ts';
import { movedInputs, render, type RenderInput } from '../../../../src/stages/render/index.ts';
import { lockFor } from '../../../support/lock.ts';
import { ownCatalog, REPOSITORY } from '../../../support/repository.ts';

const TOOLBOX = `sha256:${'a'.repeat(64)}` as Sha256;
const BUILDER = `sha256:${'b'.repeat(64)}` as Sha256;

const { entries } = await ownCatalog();
const templates = await readTemplates(join(REPOSITORY, 'templates'));

function inputOf(entry: CatalogEntry): RenderInput {
  const locked = { entry, lock: lockFor(entry) };
  return {
    locked,
    templates,
    platforms: entry.platforms,
    compression: 'gzip',
    tests: {},
    toolbox: TOOLBOX,
    builder: BUILDER,
  };
}

function entryOf(id: string): CatalogEntry {
  const found = entries.find((entry) => entry.id === id);
  if (found === undefined) {
    throw new Error(`the catalog has no image "${id}"`);
  }
  return found;
}

describe('render', () => {
  it.each(entries.map((entry) => [entry.id]))('writes the Dockerfile of %s', async (id) => {
    const { dockerfile } = render(inputOf(entryOf(id)));
    await expect(dockerfile).toMatchFileSnapshot(`../../../golden/dockerfiles/${id}.Dockerfile`);
  });

  it('gives each layer its own date', () => {
    const { buildArgs } = render(inputOf(entryOf('python-3.13')));
    expect(Object.keys(buildArgs['linux/arm64'] ?? {})).toEqual([
      'STATIC_EPOCH',
      'GLIBC_EPOCH',
      'BASE_EPOCH',
      'PYTHON_EPOCH',
      'IMAGE_EPOCH',
    ]);
  });

  it('dates the layer of the image by the newest of the layers it tells of', () => {
    const entry = entryOf('node-24');
    const lock = lockFor(entry);
    const platforms = lock.platforms.map((platform) => ({
      ...platform,
      layers: platform.layers.map((layer) => ({ ...layer, epoch: layer.stack === 'node' ? 2000 : 1000 })),
    }));
    const { buildArgs } = render({ ...inputOf(entry), locked: { entry, lock: { ...lock, platforms } } });
    expect(buildArgs['linux/amd64']).toMatchObject({ NODE_EPOCH: '2000', IMAGE_EPOCH: '2000' });
  });

  it('refuses a step that has no partial', () => {
    const entry = entryOf('static-13');
    const stacks = entry.stacks.map((stack) => ({ ...stack, steps: ['ca-certificate'] }));
    expect(() => render(inputOf({ ...entry, stacks }))).toThrow(
      /^cannot render stacks\/static\/stack\.json: steps: expected one of ca-certificates, .*, got "ca-certificate"$/,
    );
  });
});

describe('the build id', () => {
  const base = inputOf(entryOf('node-24'));
  const { lock } = base.locked;

  it('is the same for the same inputs', () => {
    expect(render(inputOf(entryOf('node-24'))).buildId).toBe(render(base).buildId);
  });

  it.each<[string, RenderInput]>([
    ['toolbox', { ...base, toolbox: BUILDER }],
    ['builder', { ...base, builder: TOOLBOX }],
    [
      'tests stacks/node/structure-test.yaml',
      { ...base, tests: { 'stacks/node/structure-test.yaml': TOOLBOX } },
    ],
    ['sourceDateEpoch', { ...base, locked: { ...base.locked, lock: { ...lock, epoch: lock.epoch + 1 } } }],
    ['compression', { ...base, compression: 'zstd' }],
    ['platforms 1', { ...base, platforms: base.platforms.slice(0, 1) }],
    ['dockerfile', { ...base, templates: new Map([...templates, ['image.Dockerfile', 'FROM scratch']]) }],
  ])('covers %s', (input, changed) => {
    const before = render(base);
    const after = render(changed);
    expect(after.buildId).not.toBe(before.buildId);
    expect(movedInputs(before.inputs, after.inputs).map((change) => change.input)).toContain(input);
  });

  it('does not cover who pulled a package in', () => {
    const platforms = lock.platforms.map((platform) => ({
      ...platform,
      layers: platform.layers.map((layer) => ({
        ...layer,
        packages: layer.packages.map((each) => ({ ...each, requestedBy: ['someone else'] })),
      })),
    }));
    const changed = { ...base, locked: { ...base.locked, lock: { ...lock, platforms } } };
    expect(render(changed).buildId).toBe(render(base).buildId);
  });
});
