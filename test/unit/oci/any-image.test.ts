import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  blobPath,
  findImage,
  findLayoutImage,
  manifestFor,
  parseAnyImage,
  pullManifest,
  readBlob,
  readImageContent,
  readLayerBytes,
  sha256Of,
  writeLayoutIndex,
} from '../../../src/oci/index.ts';
import type { Descriptor, Sha256, Tag } from '../../../src/model/index.ts';
import { tarOf, writeTestBlob, writeTestLayout } from '../../support/layout.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import type { TestRegistry } from '../../support/registry.ts';

const DOCKER = 'application/vnd.docker.distribution.manifest';
const digest = `sha256:${'1'.repeat(64)}` as Sha256;

function descriptor(mediaType: string): Descriptor {
  return { mediaType, digest, size: 1 };
}

let layoutDir = '';

beforeEach(async () => {
  layoutDir = await mkdtemp(join(tmpdir(), 'ingot-any-'));
});

afterEach(() => rm(layoutDir, { recursive: true, force: true }));

describe('images of anybody', () => {
  test.each([
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'application/vnd.oci.image.layer.v1.tar+gzip'],
    [
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ],
    ['application/vnd.docker.image.rootfs.diff.tar', 'application/vnd.oci.image.layer.v1.tar'],
    ['application/vnd.oci.image.layer.v1.tar+zstd', 'application/vnd.oci.image.layer.v1.tar+zstd'],
  ])('a layer that is %s is read as %s', (mediaType, expected) => {
    const config = descriptor('application/vnd.docker.container.image.v1+json');
    const manifest = {
      schemaVersion: 2,
      mediaType: `${DOCKER}.v2+json`,
      config,
      layers: [descriptor(mediaType)],
    };
    const parsed = parseAnyImage(Buffer.from(JSON.stringify(manifest)), 'manifest');
    expect(parsed).toMatchObject({ kind: 'image', manifest: { layers: [{ mediaType: expected }] } });
  });

  test.each<{ summary: string; value: object; message: RegExp }>([
    { summary: 'schema 1', value: { schemaVersion: 1 }, message: /schemaVersion/ },
    { summary: 'an unknown type', value: { schemaVersion: 2, mediaType: 'x' }, message: /mediaType/ },
    {
      summary: 'both an index and a manifest',
      value: { schemaVersion: 2, manifests: [], layers: [], config: descriptor('x') },
      message: /expected an index with manifests, or a manifest/,
    },
    { summary: 'neither', value: { schemaVersion: 2 }, message: /expected an index/ },
    { summary: 'no JSON', value: [], message: /cannot read manifest/ },
  ])('$summary is refused', ({ value, message }) => {
    expect(() => parseAnyImage(Buffer.from(JSON.stringify(value)), 'manifest')).toThrow(message);
  });
});

describe('platforms', () => {
  const manifests = ['linux/amd64', 'linux/arm/v7'].map((platform): Descriptor => {
    const [os = '', architecture = '', variant] = platform.split('/');
    return {
      ...descriptor('m'),
      platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
    };
  });
  const image = { ref: { repository: 'r.example.org/x', digest }, manifests };

  test.each<[asked: string | undefined, host: string, expected: number | string]>([
    [undefined, 'linux/amd64', 0],
    ['linux/arm', 'linux/amd64', 1],
    ['linux/arm/v7', 'linux/amd64', 1],
    [undefined, 'linux/s390x', 'expected one of linux/amd64, linux/arm/v7, got "linux/s390x"'],
    ['linux/arm/v6', 'linux/amd64', 'got "linux/arm/v6"'],
  ])('%s on %s', (asked, host, expected) => {
    const choose = () => manifestFor({ ...image, annotations: {}, source: undefined as never }, asked, host);
    if (typeof expected === 'number') {
      expect(choose()).toBe(manifests[expected]);
    } else {
      expect(choose).toThrow(expected);
    }
  });
});

describe('a layout', () => {
  const NAME = 'org.opencontainers.image.ref.name';

  test('of several images wants a name', async () => {
    const one = await writeTestLayout(layoutDir, { layers: [[{ path: 'a' }]] });
    const two = await writeTestLayout(layoutDir, { layers: [[{ path: 'b' }]] });
    const named = [one, two].map(({ platform: _, ...rest }, at) => ({
      ...rest,
      annotations: { [NAME]: `v${String(at)}` },
    }));
    await writeLayoutIndex(layoutDir, named);
    await expect(findLayoutImage(layoutDir)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('expected one image, got 2: v0, v1') as string,
    });
    expect((await findLayoutImage(layoutDir, 'v1')).manifests[0]?.digest).toBe(two.digest);
  });

  test('may list the platforms of one image itself', async () => {
    const one = await writeTestLayout(layoutDir, { layers: [[]], platform: 'linux/amd64' });
    const two = await writeTestLayout(layoutDir, { layers: [[]], platform: 'linux/arm64' });
    await writeLayoutIndex(layoutDir, [one, two]);
    const image = await findLayoutImage(layoutDir);
    expect(manifestFor(image, 'linux/arm64', 'linux/amd64').digest).toBe(two.digest);
  });
});

describe('an image of a registry', () => {
  const files = [{ path: 'a', content: 'x'.repeat(100_000) }];

  /** Docker's media types over an OCI layout's blobs. */
  async function served(): Promise<{
    readonly registry: TestRegistry;
    readonly manifest: Sha256;
    readonly layer: Descriptor;
  }> {
    const registry = await serveRegistry();
    const bytes = gzipSync(await tarOf(files));
    const layer = await writeTestBlob(layoutDir, bytes, 'application/vnd.oci.image.layer.v1.tar+gzip');
    const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: {} }));
    const store = registry.repository('library/x');
    store.blobs.set(layer.digest, bytes);
    store.blobs.set(sha256Of(config), config);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: sha256Of(config),
          size: config.length,
        },
        layers: [layer],
      }),
    );
    store.manifests.set(sha256Of(manifest), {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      bytes: manifest,
    });
    const index = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: `${DOCKER}.list.v2+json`,
        manifests: [
          {
            mediaType: 'm',
            digest: sha256Of(manifest),
            size: 1,
            platform: { os: 'linux', architecture: 'amd64' },
          },
          { mediaType: 'm', digest, size: 1, platform: { os: 'unknown', architecture: 'unknown' } },
        ],
      }),
    );
    store.manifests.set(sha256Of(index), { mediaType: `${DOCKER}.list.v2+json`, bytes: index });
    store.tags.set('1', sha256Of(index));
    return { registry, manifest: sha256Of(manifest), layer };
  }

  function named(registry: TestRegistry) {
    return findImage(
      { kind: 'tag', repository: `${registry.address}/library/x`, tag: '1' as Tag },
      clientFor(),
    );
  }

  test("Docker's list names platforms; attestations that BuildKit lists there are none", async () => {
    const { registry, manifest } = await served();
    expect((await named(registry)).manifests.map((each) => each.digest)).toEqual([manifest]);
  });

  test('a layer is streamed, and read again from the start where the connection breaks', async () => {
    const { registry, layer } = await served();
    let isFirst = true;
    registry.fault = ({ path }) => {
      const isLayer = path.includes(layer.digest);
      const fault = isLayer && isFirst ? ({ kind: 'status', status: 503 } as const) : undefined;
      isFirst &&= !isLayer;
      return fault;
    };
    const { source } = await named(registry);
    const items = await source.streamBlob(layer, (chunks) => readLayerBytes(layer, chunks));
    expect(items).toMatchObject([{ entry: { path: '/a', size: 100_000 } }]);
  });

  test('a layer whose bytes changed is refused, whether or not it still is a tar', async () => {
    const { registry, layer } = await served();
    const { source } = await named(registry);
    const store = registry.repository('library/x').blobs;
    for (const bytes of [gzipSync(await tarOf([{ path: 'b' }])), Buffer.from('no gzip')]) {
      store.set(layer.digest, bytes);
      const reading = source.streamBlob(layer, (chunks) => readLayerBytes(layer, chunks));
      await expect(reading).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    }
  });

  test('a layer that is longer than its descriptor says is not read to its end', async () => {
    const { registry, layer } = await served();
    registry.repository('library/x').blobs.set(layer.digest, Buffer.alloc(1 << 20));
    const { source } = await named(registry);
    const reading = source.streamBlob(layer, (chunks) => readLayerBytes(layer, chunks));
    await expect(reading).rejects.toMatchObject({
      message: expect.stringMatching(/longer than|bytes changed/) as string,
    });
  });

  test('is pulled into a layout, layer by layer, and a blob that differs is not kept', async () => {
    const { registry, manifest, layer } = await served();
    const folder = join(layoutDir, 'pulled');
    const ref = { repository: `${registry.address}/library/x`, digest: manifest };
    await pullManifest(ref, folder, clientFor());
    expect(sha256Of(await readBlob(folder, layer.digest))).toBe(layer.digest);
    const content = await readImageContent(folder, { ...descriptor('m'), digest: manifest });
    expect(content.root.entries.get('/a')?.size).toBe(100_000);
    registry.repository('library/x').blobs.set(layer.digest, Buffer.from('other'));
    const other = join(layoutDir, 'other');
    await expect(pullManifest(ref, other, clientFor())).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(readBlob(other, layer.digest)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(blobPath(other, layer.digest)).toContain(other);
  });
});
