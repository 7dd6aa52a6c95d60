import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { debFiles, readDeb, type Deb } from '../../../src/debian/index.ts';
import { buildDeb, buildTar, type FakeDeb } from '../../support/archive-deb.ts';

const DATE = new Date('2026-10-02T03:04:05Z');
const SECONDS = DATE.getTime() / 1000;

const HELLO: FakeDeb = {
  control: 'Package: hello\nVersion: 1.0-1\nArchitecture: amd64\n',
  files: {
    '/usr/bin/hello': { content: '#!/bin/sh\n', mode: 0o4755, mtime: new Date(0) },
    '/usr/bin/hi': { link: 'hello' },
    '/usr/share/doc/hello/copyright': 'mine\n',
  },
  scripts: { conffiles: '/etc/hello\n' },
  compression: 'xz',
  date: DATE,
};

function invalid(message: string): unknown {
  return expect.objectContaining({ code: 'INDEX_INVALID', message: expect.stringContaining(message) });
}

describe('readDeb', () => {
  test('finds members and date', async () => {
    const deb = readDeb(await buildDeb(HELLO));
    expect([...deb.members.keys()]).toEqual(['debian-binary', 'control.tar.xz', 'data.tar.xz']);
    expect(Buffer.from(deb.members.get('debian-binary')!).toString()).toBe('2.0\n');
    expect(deb.date).toBe(SECONDS);
  });

  test.each<{ summary: string; edit: (bytes: Buffer) => Uint8Array; message: string }>([
    { summary: 'nothing', edit: () => new Uint8Array(), message: 'expected "!<arch>" at its start' },
    { summary: 'half of it', edit: (b) => b.subarray(0, b.length / 2), message: 'expected' },
    { summary: 'half a header', edit: (b) => b.subarray(0, 30), message: "member's header at byte 8" },
    { summary: 'no member', edit: (b) => b.subarray(0, 8), message: 'expected a member debian-binary' },
    {
      summary: 'a damaged header',
      edit: (b) => Buffer.from(b.toString('latin1').replace('`\n', 'xx'), 'latin1'),
      message: "member's header at byte 8",
    },
    {
      summary: 'a negative size',
      edit: (b) => Buffer.from(b.toString('latin1').replace('4         `', '-4        `'), 'latin1'),
      message: "member's header at byte 8",
    },
  ])('refuses $summary', async ({ edit, message }) => {
    const bytes = Buffer.from(await buildDeb(HELLO));
    expect(() => readDeb(edit(bytes))).toThrow(invalid(message));
  });
});

describe.each(['xz', 'gz'] as const)('a .deb with %s', (compression) => {
  test('has its files, in order, whether they are read or not', async () => {
    const deb = readDeb(await buildDeb({ ...HELLO, compression }));
    const files: [string, string, number, number, string | undefined][] = [];
    let copyright = '';
    for await (const file of debFiles(deb)) {
      files.push([file.path, file.type, file.mode, file.mtime, file.linkname]);
      if (file.path.endsWith('copyright')) {
        copyright = (await file.read()).toString();
      }
    }
    expect(copyright).toBe('mine\n');
    expect(files).toEqual([
      ['/', 'directory', 0o755, SECONDS, undefined],
      ['/usr', 'directory', 0o755, SECONDS, undefined],
      ['/usr/bin', 'directory', 0o755, SECONDS, undefined],
      ['/usr/share', 'directory', 0o755, SECONDS, undefined],
      ['/usr/share/doc', 'directory', 0o755, SECONDS, undefined],
      ['/usr/share/doc/hello', 'directory', 0o755, SECONDS, undefined],
      ['/usr/bin/hello', 'file', 0o4755, 0, undefined],
      ['/usr/bin/hi', 'symlink', 0o777, SECONDS, 'hello'],
      ['/usr/share/doc/hello/copyright', 'file', 0o644, SECONDS, undefined],
    ]);
  });

  test('can be left in the middle', async () => {
    const seen: string[] = [];
    for await (const file of debFiles(readDeb(await buildDeb({ ...HELLO, compression })))) {
      seen.push(file.path);
      if (file.type === 'file') {
        break;
      }
    }
    expect(seen.at(-1)).toBe('/usr/bin/hello');
  });
});

describe('the files of a .deb', () => {
  function debWith(members: Record<string, Uint8Array>): Deb {
    return { date: 0, members: new Map(Object.entries(members)) };
  }

  async function pathsOf(deb: Deb): Promise<readonly string[]> {
    const paths: string[] = [];
    for await (const { path } of debFiles(deb)) {
      paths.push(path);
    }
    return paths;
  }

  test.each<[suffix: string, compress: (bytes: Uint8Array) => Uint8Array]>([
    ['.zst', (bytes) => zstdCompressSync(bytes)],
    ['', (bytes) => bytes],
  ])('may be in data.tar%s', async (suffix, compress) => {
    const tar = await buildTar({ '/hello': 'x' }, DATE);
    expect(await pathsOf(debWith({ [`data.tar${suffix}`]: compress(tar) }))).toContain('/hello');
  });

  test('must be of a known compression', async () => {
    const deb = debWith({ 'debian-binary': new Uint8Array(), 'data.tar.lz': new Uint8Array() });
    await expect(pathsOf(deb)).rejects.toThrow(invalid('got debian-binary, data.tar.lz'));
  });

  test.each(['.xz', '.gz', '.zst'])('must decompress (%s)', async (suffix) => {
    const deb = debWith({ [`data.tar${suffix}`]: Buffer.from('not compressed at all') });
    await expect(pathsOf(deb)).rejects.toThrow(invalid(`data.tar${suffix} does not decompress`));
  });
});
