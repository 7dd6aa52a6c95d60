import { appendFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { blobPath, parseManifest, readBlob } from '../../../../src/oci/index.ts';
import { copyPublished, publish } from '../../../../src/stages/publish/index.ts';
import { gatedImage } from '../../../support/gated-image.ts';
import { clientFor, serveRegistry } from '../../../support/registry.ts';
import { testPool } from '../../../support/signing.ts';

function depsFor() {
  return { registry: clientFor(), pool: testPool() };
}

test('an image and its copies are there by digest, without a tag', async () => {
  const registry = await serveRegistry();
  const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
  const repository = `${registry.address}/golden/python`;
  const copy = `${registry.address}/team-a/python`;
  const { digest } = image.tested.built.index;
  expect(await publish(image, { repository, copies: [copy] }, depsFor())).toEqual({
    ref: { repository, digest },
    copies: [{ repository: copy, digest }],
    buildId: 'b1',
  });
  for (const name of ['golden/python', 'team-a/python']) {
    const stored = registry.repository(name);
    expect([stored.manifests.size, stored.blobs.size, stored.tags.size]).toEqual([3, 4, 0]);
    expect(stored.manifests.has(digest)).toBe(true);
  }
});

test('copies are mounted: their layers are sent once', async () => {
  const registry = await serveRegistry();
  const repository = `${registry.address}/golden/python`;
  const copy = `${registry.address}/team-a/python`;
  await publish(await gatedImage(), { repository, copies: [copy] }, depsFor());
  const uploads = registry.requests.filter(
    ({ method, path }) => method === 'PUT' && path.includes('/blobs/'),
  );
  expect(uploads.map(({ path }) => path.split('/')[2])).toEqual(['golden', 'golden']);
});

test('where nothing is mounted, an image that is only in the registry is read once for all copies', async () => {
  const registry = await serveRegistry(undefined, { mountsNothing: true });
  const image = await gatedImage();
  const repository = `${registry.address}/golden/python`;
  const { ref } = await publish(image, { repository, copies: [] }, depsFor());
  const copies = ['a', 'b', 'c'].map((team) => `${registry.address}/team-${team}/python`);
  const before = registry.requests.length;
  await copyPublished(ref, copies, depsFor());
  const requests = registry.requests.slice(before);
  const count = (wanted: string, pattern: RegExp) =>
    requests.filter(({ method, path }) => method === wanted && pattern.test(path)).length;
  expect(count('GET', /\/golden\/python\/blobs\//)).toBe(2);
  expect(count('PUT', /\/team-.\/python\/blobs\//)).toBe(6);
  for (const team of ['a', 'b', 'c']) {
    expect(registry.repository(`team-${team}/python`).manifests.has(ref.digest)).toBe(true);
  }
});

test('publishing again sends nothing', async () => {
  const registry = await serveRegistry();
  const image = await gatedImage();
  const target = { repository: `${registry.address}/golden/python`, copies: [] };
  await publish(image, target, depsFor());
  const before = registry.requests.length;
  await publish(image, target, depsFor());
  const writes = registry.requests.slice(before).filter(({ method }) => !/^(GET|HEAD)$/.test(method));
  expect(writes).toEqual([]);
});

describe('a registry that dies in the middle of a push', () => {
  test.each([
    { summary: 'of a blob', fits: /\/blobs\/uploads\/session/ },
    { summary: 'of a platform manifest', fits: /^\/v2\/golden\/python\/manifests/ },
  ])('$summary: nothing can be pulled, and the next run finishes', async ({ fits }) => {
    const registry = await serveRegistry();
    const image = await gatedImage();
    const { digest } = image.tested.built.index;
    const target = { repository: `${registry.address}/golden/python`, copies: [] };
    registry.fault = ({ method, path }) =>
      method === 'PUT' && fits.test(path) ? { kind: 'die' } : undefined;
    await expect(publish(image, target, depsFor())).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    const stored = registry.repository('golden/python');
    expect([stored.manifests.has(digest), stored.tags.size]).toEqual([false, 0]);
    registry.fault = () => undefined;
    await publish(image, target, depsFor());
    expect([stored.manifests.has(digest), stored.tags.size]).toEqual([true, 0]);
  });
});

describe('what was changed after the test is not published', () => {
  test('a byte of a layer', async () => {
    const registry = await serveRegistry();
    const image = await gatedImage();
    const { layoutDir, platforms, index } = image.tested.built;
    const manifest = parseManifest(await readBlob(layoutDir, platforms[0]!.manifest.digest), 'manifest');
    await appendFile(blobPath(layoutDir, manifest.layers[0]!.digest), 'x');
    const target = { repository: `${registry.address}/golden/python`, copies: [] };
    await expect(publish(image, target, depsFor())).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(registry.repository('golden/python').manifests.has(index.digest)).toBe(false);
  });

  test('a byte of the index', async () => {
    const image = await gatedImage();
    const { layoutDir, index } = image.tested.built;
    await appendFile(blobPath(layoutDir, index.digest), ' ');
    const target = { repository: '127.0.0.1:1/golden/python', copies: [] };
    await expect(publish(image, target, depsFor())).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('an index over other manifests than were tested', async () => {
    const image = await gatedImage();
    const other = await gatedImage({ content: 'other' });
    const { platforms } = other.tested.built;
    const swapped = { ...image, tested: { ...image.tested, built: { ...image.tested.built, platforms } } };
    const target = { repository: '127.0.0.1:1/golden/python', copies: [] };
    await expect(publish(swapped, target, depsFor())).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

test('a registry that changes a manifest is found out', async () => {
  const registry = await serveRegistry();
  registry.fault = ({ method, path }) =>
    method === 'PUT' && path.includes('/manifests/') ? { kind: 'swap', bytes: Buffer.from('{}') } : undefined;
  const target = { repository: `${registry.address}/golden/python`, copies: [] };
  await expect(publish(await gatedImage(), target, depsFor())).rejects.toMatchObject({
    code: 'DIGEST_MISMATCH',
  });
});
