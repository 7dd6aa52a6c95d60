import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readImageContent } from '../../../src/oci/index.ts';
import { writeTestLayout } from '../../support/layout.ts';
import type { LayerFile } from '../../support/layout.ts';

let layoutDir = '';

beforeEach(async () => {
  layoutDir = await mkdtemp(join(tmpdir(), 'ingot-layers-'));
});

afterEach(async () => {
  await rm(layoutDir, { recursive: true });
});

async function pathsOf(...layers: LayerFile[][]): Promise<string[]> {
  const { root } = await readImageContent(layoutDir, await writeTestLayout(layoutDir, { layers }));
  return [...root.entries.keys()];
}

describe('the merged root filesystem', () => {
  test.each<{ summary: string; layers: LayerFile[][]; expected: string[] }>([
    {
      summary: 'names are made absolute and parents are implied',
      layers: [[{ path: './a/b/c' }]],
      expected: ['/', '/a', '/a/b', '/a/b/c'],
    },
    {
      summary: 'a whiteout hides a lower file',
      layers: [[{ path: 'a/' }, { path: 'a/b' }, { path: 'a/c' }], [{ path: 'a/.wh.b' }]],
      expected: ['/', '/a', '/a/c'],
    },
    {
      summary: 'a whiteout hides a lower folder with all in it',
      layers: [[{ path: 'a/b/c' }], [{ path: '.wh.a' }]],
      expected: ['/'],
    },
    {
      summary: 'a whiteout hides nothing of its own layer, wherever it stands',
      layers: [[{ path: 'a/b' }], [{ path: 'a/b', mode: 0o600 }, { path: 'a/.wh.b' }]],
      expected: ['/', '/a', '/a/b'],
    },
    {
      summary: 'an opaque whiteout empties a folder of lower layers',
      layers: [
        [{ path: 'a/b' }, { path: 'a/c/d' }],
        [{ path: 'a/e' }, { path: 'a/.wh..wh..opq' }],
      ],
      expected: ['/', '/a', '/a/e'],
    },
    {
      summary: 'a file replaces a folder with all in it',
      layers: [[{ path: 'a/b/c' }], [{ path: 'a/b' }]],
      expected: ['/', '/a', '/a/b'],
    },
    {
      summary: 'a folder over a folder keeps what is in it',
      layers: [[{ path: 'a/b' }], [{ path: 'a/', mode: 0o700 }]],
      expected: ['/', '/a', '/a/b'],
    },
    {
      summary: 'a file below a lower link lands where the link goes',
      layers: [
        [{ path: 'usr/bin/' }, { path: 'bin', type: 'symlink', linkname: 'usr/bin' }],
        [{ path: 'bin/x' }],
      ],
      expected: ['/', '/bin', '/usr', '/usr/bin', '/usr/bin/x'],
    },
    {
      summary: 'a whiteout below a lower link hides what is where the link goes',
      layers: [
        [{ path: 'usr/bin/x' }, { path: 'bin', type: 'symlink', linkname: 'usr/bin' }],
        [{ path: 'bin/.wh.x' }],
      ],
      expected: ['/', '/bin', '/usr', '/usr/bin'],
    },
    {
      summary: 'an opaque whiteout below a lower link empties the folder where the link goes',
      layers: [
        [{ path: 'usr/bin/x' }, { path: 'bin', type: 'symlink', linkname: 'usr/bin' }],
        [{ path: 'bin/.wh..wh..opq' }],
      ],
      expected: ['/', '/bin', '/usr', '/usr/bin'],
    },
    {
      summary: 'an explicit folder replaces a lower link',
      layers: [
        [{ path: 'usr/bin/' }, { path: 'bin', type: 'symlink', linkname: 'usr/bin' }],
        [{ path: 'bin/' }, { path: 'bin/x' }],
      ],
      expected: ['/', '/bin', '/bin/x', '/usr', '/usr/bin'],
    },
  ])('$summary', async ({ layers, expected }) => {
    expect(await pathsOf(...layers)).toEqual(expected);
  });
});

describe('what a layer took of lower ones', () => {
  test.each<{ summary: string; layers: LayerFile[][]; expected: object[] }>([
    {
      summary: 'folders are every layer’s',
      layers: [[{ path: 'a/b' }], [{ path: 'a/' }, { path: 'a/c/d' }], [{ path: 'a/c/e' }]],
      expected: [],
    },
    {
      summary: 'a file over a file',
      layers: [[], [{ path: 'a' }], [{ path: 'a' }, { path: 'a' }]],
      expected: [{ path: '/a', was: 'file', below: 1, layer: 2, by: 'file' }],
    },
    {
      summary: 'a file below a link of a lower layer takes the place of what is there',
      layers: [
        [{ path: 'usr/bin/x' }, { path: 'bin', type: 'symlink', linkname: 'usr/bin' }],
        [{ path: 'bin/x', type: 'symlink', linkname: 'y' }],
      ],
      expected: [{ path: '/usr/bin/x', was: 'file', below: 0, layer: 1, by: 'symlink' }],
    },
    {
      summary: 'another name of a file is the layer’s that gave it',
      layers: [[{ path: 'a' }], [{ path: 'b', type: 'link', linkname: 'a' }], [{ path: 'b' }]],
      expected: [{ path: '/b', was: 'file', below: 1, layer: 2, by: 'file' }],
    },
    {
      summary: 'a folder in place of a link, which nothing need describe',
      layers: [
        [
          { path: 'a', type: 'symlink', linkname: 'nowhere' },
          { path: 'b', type: 'symlink', linkname: 'nowhere' },
        ],
        [{ path: 'a/' }, { path: 'b/c' }],
      ],
      expected: [
        { path: '/a', was: 'symlink', below: 0, layer: 1, by: 'directory' },
        { path: '/b', was: 'symlink', below: 0, layer: 1, by: 'directory' },
      ],
    },
    {
      summary: 'a link in place of a folder takes all in it away',
      layers: [
        [{ path: 'a/' }],
        [{ path: 'a/b/c' }],
        [{ path: 'd/' }, { path: 'a', type: 'symlink', linkname: 'd' }],
      ],
      expected: [
        { path: '/a', was: 'directory', below: 0, layer: 2, by: 'symlink' },
        { path: '/a/b', was: 'directory', below: 1, layer: 2, by: 'nothing' },
        { path: '/a/b/c', was: 'file', below: 1, layer: 2, by: 'nothing' },
      ],
    },
    {
      summary: 'whiteouts, one for nothing',
      layers: [[{ path: 'a/b' }], [{ path: 'a/.wh.b' }, { path: 'a/.wh.none' }]],
      expected: [{ path: '/a/b', was: 'file', below: 0, layer: 1, by: 'nothing' }],
    },
    {
      summary: 'an opaque whiteout',
      layers: [
        [{ path: 'a/b' }, { path: 'ab' }],
        [{ path: 'a/.wh..wh..opq' }, { path: 'a/b' }],
      ],
      expected: [{ path: '/a/b', was: 'file', below: 0, layer: 1, by: 'nothing' }],
    },
  ])('$summary', async ({ layers, expected }) => {
    const manifest = await writeTestLayout(layoutDir, { layers });
    expect((await readImageContent(layoutDir, manifest)).replaced).toEqual(expected);
  });
});
