import { readdir, readFile } from 'node:fs/promises';
import { xz } from '@napi-rs/lzma';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  assertExpectedFile,
  heldText,
  debFiles,
  indexFile,
  readDeb,
  resolveClosure,
  verifyIndex,
  verifyRelease,
  type SuiteIndex,
} from '../../src/debian/index.ts';
import { findMirrors, type Mirrors } from '../../src/host/mirrors.ts';
import type { DebianArchive } from '../../src/model/index.ts';

/** What Debian really serves, from the mirror that this host uses. */
const SUITES: readonly (readonly [suite: string, archive: DebianArchive])[] = [
  ['trixie', 'debian'],
  ['trixie-updates', 'debian'],
  ['trixie-security', 'debian-security'],
  ['bookworm', 'debian'],
  ['bookworm-updates', 'debian'],
  ['bookworm-security', 'debian-security'],
];

const PACKAGES = 'main/binary-amd64/Packages';
const now = new Date();

let mirrors: Mirrors;
let keys: readonly string[];

beforeAll(async () => {
  mirrors = await findMirrors({ root: '/', archives: {}, environment: process.env });
  keys = await readKeys();
});

async function readKeys(): Promise<readonly string[]> {
  const folder = new URL('../../data/debian-archive-keys/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.asc'));
  const texts: string[] = [];
  for (const name of names) {
    texts.push(await readFile(new URL(name, folder), 'utf8'));
  }
  return texts;
}

async function fetchBytes(archive: string, path: string): Promise<Uint8Array> {
  const response = await fetch(`${mirrors[archive as DebianArchive]}/${path}`);
  expect(response.status, path).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

async function openSuite(suite: string, archive: DebianArchive): Promise<SuiteIndex> {
  const inRelease = await fetchBytes(archive, `dists/${suite}/InRelease`);
  const release = await verifyRelease(inRelease, { keys, suite, now });
  const file = indexFile(release, `${PACKAGES}.xz`);
  const compressed = await fetchBytes(archive, `dists/${suite}/${file.byHash ?? file.path}`);
  assertExpectedFile(file, compressed);
  return { index: verifyIndex(release, PACKAGES, heldText(await xz.decompress(compressed))), archive, suite };
}

describe("Debian's archive", () => {
  test.each(SUITES)('%s is signed by a key we accept', async (suite, archive) => {
    const inRelease = await fetchBytes(archive, `dists/${suite}/InRelease`);
    await expect(verifyRelease(inRelease, { keys, suite, now })).resolves.toMatchObject({ codename: suite });
  });

  test('gives a closure, each .deb of which is what the index names', async () => {
    const indexes: SuiteIndex[] = [];
    for (const [suite, archive] of SUITES.filter(([name]) => name.startsWith('trixie'))) {
      indexes.push(await openSuite(suite, archive));
    }
    const { packages } = resolveClosure({
      indexes,
      architecture: 'amd64',
      requests: ['zlib1g'],
      present: [],
      exclude: [],
      requester: 'test',
    });
    expect(packages.map(({ name }) => name)).toEqual(['gcc-14-base', 'libc6', 'libgcc-s1', 'zlib1g']);
    for (const locked of packages) {
      const bytes = await fetchBytes(locked.archive, locked.path);
      assertExpectedFile(locked, bytes);
      expect(await debFiles(readDeb(bytes)).next()).toMatchObject({
        value: { path: '/', type: 'directory' },
      });
    }
  });
});
