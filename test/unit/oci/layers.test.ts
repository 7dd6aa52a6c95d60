import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Descriptor } from '../../../src/model/index.ts';
import { blobPath, parseManifest, readBlob, readImageContent, resolvePath } from '../../../src/oci/index.ts';
import { createLayerReader, readLayer } from '../../../src/oci/layer-reader.ts';
import { elfBytes } from '../../support/elf.ts';
import { tarOf, writeTestBlob, writeTestLayout } from '../../support/layout.ts';
import type { LayerFile } from '../../support/layout.ts';

let layoutDir = '';

beforeEach(async () => {
  layoutDir = await mkdtemp(join(tmpdir(), 'ingot-layers-'));
});

afterEach(async () => {
  await rm(layoutDir, { recursive: true });
});

async function layerOf(manifest: Descriptor): Promise<Descriptor> {
  const [layer] = parseManifest(await readBlob(layoutDir, manifest.digest), 'manifest').layers;
  return layer!;
}

describe('the merged root filesystem', () => {
  test('an entry has what rules ask for', async () => {
    const manifest = await writeTestLayout(layoutDir, {
      layers: [
        [
          { path: 'etc/passwd', content: 'root:x:0:0', mode: 0o644, uid: 1, gid: 2, mtime: 1_700_000_000 },
          { path: 'etc/link', type: 'symlink', linkname: '../etc/passwd', mode: 0o777 },
          { path: 'etc/again', type: 'link', linkname: 'etc/passwd' },
          { path: 'dev/null', type: 'character-device', mode: 0o666 },
          { path: 'usr/bin/ping', content: 'x', pax: { 'SCHILY.xattr.security.capability': 'cap' } },
          { path: 'big', content: Buffer.alloc(100_000, 'b') },
          { path: 'usr/lib/libx.so', content: elfBytes({ soname: 'libx.so' }) },
        ],
      ],
    });
    const { root } = await readImageContent(layoutDir, manifest);
    const start = Buffer.from('root:x:0:0');
    const passwd = {
      type: 'file',
      mode: 0o644,
      uid: 1,
      gid: 2,
      size: 10,
      mtime: 1_700_000_000,
      hasCapabilities: false,
      start,
      content: start,
      digests: {
        md5: createHash('md5').update(start).digest('hex'),
        sha1: createHash('sha1').update(start).digest('hex'),
        sha256: createHash('sha256').update(start).digest('hex'),
      },
      layer: 0,
    };
    expect(root.entries.get('/etc/passwd')).toEqual({ ...passwd, path: '/etc/passwd' });
    expect(root.entries.get('/etc/again')).toEqual({ ...passwd, path: '/etc/again', size: 0 });
    expect(resolvePath(root.entries, '/etc/link')?.path).toBe('/etc/passwd');
    expect(root.entries.get('/dev/null')?.type).toBe('character-device');
    expect(root.entries.get('/usr/bin/ping')?.hasCapabilities).toBe(true);
    expect(root.entries.get('/big')).toMatchObject({ size: 100_000 });
    expect(root.entries.get('/big')?.content).toBeUndefined();
    expect(root.entries.get('/usr/lib/libx.so')?.elf).toMatchObject({ kind: 'elf', soname: 'libx.so' });
    expect(root.unpackedBytes).toBe(10 + 1 + 100_000 + elfBytes({ soname: 'libx.so' }).length);
  });

  test('an ELF file of many chunks is read where its tables are, and problems are told', async () => {
    const far = Buffer.concat([elfBytes({ needed: ['libc.so.6'] }), Buffer.alloc(40 << 20)]);
    const cut = elfBytes({ needed: ['libc.so.6'] }).subarray(0, -4);
    const manifest = await writeTestLayout(layoutDir, {
      layers: [
        [
          { path: 'far', content: far },
          { path: 'cut', content: cut },
        ],
      ],
    });
    const { root } = await readImageContent(layoutDir, manifest);
    expect(root.entries.get('/far')?.elf).toMatchObject({ kind: 'elf', needed: ['libc.so.6'] });
    expect(root.entries.get('/cut')?.elf).toMatchObject({ kind: 'problem' });
  });

  test('layers may be plain or zstd', async () => {
    const tar = await tarOf([{ path: 'a' }]);
    const cases = [
      { bytes: tar, mediaType: 'application/vnd.oci.image.layer.v1.tar' },
      { bytes: zstdCompressSync(tar), mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' },
    ];
    for (const { bytes, mediaType } of cases) {
      const layer = await writeTestBlob(layoutDir, bytes, mediaType);
      expect(await readLayer({ layoutDir, layer })).toHaveLength(1);
    }
  });
});

describe('resolvePath', () => {
  test('follows links like the kernel and gives up on loops', async () => {
    const manifest = await writeTestLayout(layoutDir, {
      layers: [
        [
          { path: 'usr/lib/x/libz.so', content: 'z' },
          { path: 'lib', type: 'symlink', linkname: 'usr/lib' },
          { path: 'usr/lib/y', type: 'symlink', linkname: '/lib/x/../x' },
          { path: 'loop', type: 'symlink', linkname: 'loop' },
        ],
      ],
    });
    const { entries } = (await readImageContent(layoutDir, manifest)).root;
    expect(resolvePath(entries, '/lib/y/libz.so')?.path).toBe('/usr/lib/x/libz.so');
    expect(resolvePath(entries, '/../lib', { followLast: false })?.path).toBe('/lib');
    expect(resolvePath(entries, '/loop')).toBeUndefined();
    expect(resolvePath(entries, '/lib/none')).toBeUndefined();
    expect(resolvePath(entries, '/')?.path).toBe('/');
  });
});

describe('changed bytes', () => {
  test.each([
    { summary: 'one byte flipped in the data', change: (bytes: Buffer) => flip(bytes, 30) },
    { summary: 'one byte flipped in the gzip header', change: (bytes: Buffer) => flip(bytes, 0) },
    { summary: 'one byte flipped at the end', change: (bytes: Buffer) => flip(bytes, bytes.length - 1) },
    { summary: 'the end cut off', change: (bytes: Buffer) => bytes.subarray(0, -20) },
    { summary: 'a byte added', change: (bytes: Buffer) => Buffer.concat([bytes, Buffer.from([0])]) },
  ])('$summary: DIGEST_MISMATCH', async ({ change }) => {
    const manifest = await writeTestLayout(layoutDir, {
      layers: [[{ path: 'a', content: 'x'.repeat(5000) }]],
    });
    const layer = await layerOf(manifest);
    const path = blobPath(layoutDir, layer.digest);
    await writeFile(path, change(await readFile(path)));
    await expect(readImageContent(layoutDir, manifest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('a right digest over something that is no tar is the build’s failure', async () => {
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
    const layer = await writeTestBlob(layoutDir, Buffer.from('not gzip'), mediaType);
    await expect(readLayer({ layoutDir, layer })).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  });

  test.each<{ summary: string; file: LayerFile; message: string }>([
    { summary: 'a climbing path', file: { path: '../etc/passwd' }, message: 'its path leaves the root' },
    {
      summary: 'a hard link to nothing',
      file: { path: 'a', type: 'link', linkname: 'b' },
      message: 'cannot read layer entry "/a": it links to "/b", which is not there',
    },
  ])('$summary is refused, not left out', async ({ file, message }) => {
    const reading = readImageContent(layoutDir, await writeTestLayout(layoutDir, { layers: [[file]] }));
    await expect(reading).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining(message) as string,
    });
  });

  test('an unknown media type is refused', async () => {
    const layer = await writeTestBlob(layoutDir, Buffer.from('x'), 'application/x');
    await expect(readLayer({ layoutDir, layer })).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  });

  test('an aborted reading is CANCELLED', async () => {
    const manifest = await writeTestLayout(layoutDir, { layers: [[{ path: 'a' }]] });
    const signal = AbortSignal.abort();
    await expect(readImageContent(layoutDir, manifest, { signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

describe('a reader for all images of a run', () => {
  test('reads a layer that two images share once', async () => {
    const layer = await layerOf(await writeTestLayout(layoutDir, { layers: [[{ path: 'a' }]] }));
    const read = createLayerReader();
    const first = await read({ layoutDir, layer });
    expect(await read({ layoutDir: 'elsewhere', layer })).toBe(first);
  });

  test('reads a layer again that could not be read', async () => {
    const layer = await layerOf(await writeTestLayout(layoutDir, { layers: [[{ path: 'a' }]] }));
    const read = createLayerReader();
    await expect(read({ layoutDir: 'elsewhere', layer })).rejects.toThrow();
    expect(await read({ layoutDir, layer })).toMatchObject([{ entry: { path: '/a' } }]);
  });
});
