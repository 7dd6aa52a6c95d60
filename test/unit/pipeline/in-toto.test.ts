import { describe, expect, test } from 'vitest';
import type { GatedImage } from '../../../src/model/index.ts';
import type { RunDeps } from '../../../src/pipeline/deps.ts';
import { keepInTotoMetadata, layoutExpiry } from '../../../src/pipeline/in-toto.ts';
import { publish } from '../../../src/stages/publish/index.ts';
import { imageStatements, readMetadata, sign } from '../../../src/stages/sign/index.ts';
import { evidence } from '../../support/evidence.ts';
import { fakeCosign } from '../../support/fake-cosign.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { EVIDENCE } from '../../support/pipeline-evidence.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import { pemOf, testKeys, testPool } from '../../support/signing.ts';

const STARTED = new Date('2026-11-26T03:00:00Z');

/** An image with all that a plan knows of it. */
async function plannedImage(): Promise<GatedImage> {
  const image = await gatedImage();
  const { rendered } = image.tested.built;
  const entry = {
    ...rendered.locked.entry,
    id: 'python-3.13',
    dates: { release: '2024-10-07', endOfLife: '2029-10-31' },
  };
  const lock = { ...rendered.locked.lock, ...EVIDENCE.lock };
  const planned = {
    ...rendered,
    dockerfile: 'FROM scratch\n',
    locked: { entry, lock },
    inputs: { ...rendered.inputs, ...EVIDENCE.inputs },
  };
  return {
    ...image,
    tested: { ...image.tested, built: { ...image.tested.built, rendered: planned } },
  } as unknown as GatedImage;
}

async function kept() {
  const served = await serveRegistry();
  const registry = clientFor();
  const image = await plannedImage();
  const [golden, copy] = [`${served.address}/golden/python`, `${served.address}/team-a/python`];
  const pool = testPool();
  const published = await publish(image, { repository: golden, copies: [copy] }, { registry, pool });
  const { publicKey, ...keys } = testKeys();
  const { signal } = new AbortController();
  const tools = { processes: fakeCosign(registry), cosign: 'cosign', publicKeyFile: 'key.pub', signal };
  const signing = { registry, pool, ...keys, ...tools };
  const statements = imageStatements(image, evidence());
  const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
  await sign({ published, platforms, statements }, signing);
  const records = new Map<string, string>();
  const deps = {
    sign: signing,
    publicKey: pemOf(publicKey),
    runStartedAt: STARTED,
    writeRecord: async (folder: string, name: string, text: string) => {
      records.set(`${folder}/${name}`, text);
    },
  } as unknown as RunDeps;
  await keepInTotoMetadata(image, { published, statements }, deps);
  return { records, registry, published };
}

describe('the metadata of a release', () => {
  test('is the same in the folder of the run and beside the image in every namespace', async () => {
    const { records, registry, published } = await kept();
    const names = ['build.id.link', 'index.json', 'resolve.id.link', 'root.layout'];
    names.push('scan.id.link', 'sign.id.link', 'test.id.link');
    expect([...records.keys()].map((file) => file.replace(/[0-9a-f]{8}/, 'id')).sort()).toEqual(
      names.map((name) => `python-3.13/in-toto/${name}`),
    );
    for (const ref of [published.ref, ...published.copies]) {
      for (const { name, text } of (await readMetadata(ref, registry)) ?? []) {
        expect(records.get(`python-3.13/in-toto/${name}`)).toBe(text);
      }
      expect(await readMetadata(ref, registry)).toHaveLength(6);
    }
  });

  test('names what was published', async () => {
    const { records, published } = await kept();
    const [file = ''] = [...records.keys()].filter((name) => name.includes('/build.'));
    const { signed } = JSON.parse(records.get(file) ?? '') as {
      readonly signed: { readonly products: Record<string, { readonly sha256: string }> };
    };
    expect(`sha256:${signed.products['image/index.json']?.sha256 ?? ''}`).toBe(published.ref.digest);
  });
});

describe('a layout expires', () => {
  test.each([
    {
      summary: 'a year after the end of life',
      endOfLife: '2029-10-31',
      expected: '2030-10-31T00:00:00.000Z',
    },
    {
      summary: 'a year after a later release',
      endOfLife: '2026-06-30',
      expected: '2027-11-26T03:00:00.000Z',
    },
  ])('$summary', ({ endOfLife, expected }) => {
    const dates = { release: '2024-01-01', endOfLife };
    expect(layoutExpiry({ dates }, STARTED).toISOString()).toBe(expected);
  });
});
