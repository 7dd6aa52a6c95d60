import { beforeAll, describe, expect, test } from 'vitest';
import {
  assertExpectedFile,
  heldText,
  indexFile,
  verifyIndex,
  verifyRelease,
  type VerifiedIndex,
  type VerifiedRelease,
} from '../../../src/debian/index.ts';
import { findName } from '../../../src/debian/name-table.ts';
import { scanPackages } from '../../../src/debian/packages-scan.ts';
import { createArchive, flipByte, NOW, type FakeArchive } from '../../support/archive.ts';
import { openIndexes } from '../../support/archive-indexes.ts';

const PACKAGES = 'main/binary-amd64/Packages';

let archive: FakeArchive;
let release: VerifiedRelease;

beforeAll(async () => {
  archive = await createArchive({
    packages: [
      { name: 'mawk', fields: { Provides: 'awk' } },
      { name: 'gawk', fields: { Provides: 'awk (= 5), nawk:any, awk (= 6)' } },
      { name: 'hawk', fields: { Provides: 'hawkish' } },
      { name: 'libx', version: '1.0' },
      { name: 'libx', version: '2.0' },
      { name: 'docs', architecture: 'all' },
      { name: 'only-arm', architecture: 'arm64' },
    ],
  });
  const inRelease = archive.files.debian.get('dists/trixie/InRelease')!;
  release = await verifyRelease(inRelease, { keys: archive.keys, suite: 'trixie', now: NOW });
});

function bytesOf(path: string): Uint8Array {
  return archive.files.debian.get(`dists/trixie/${path}`)!;
}

describe('indexFile', () => {
  test.each(['', '.xz'])('says what Packages%s has to be, and where its content stays', (suffix) => {
    const file = indexFile(release, `${PACKAGES}${suffix}`);
    expect(() => assertExpectedFile(file, bytesOf(`${PACKAGES}${suffix}`))).not.toThrow();
    expect(() => assertExpectedFile(file, bytesOf(file.byHash ?? ''))).not.toThrow();
  });

  test('refuses a file the release does not name', () => {
    expect(() => indexFile(release, 'main/binary-s390x/Packages')).toThrow(
      expect.objectContaining({
        code: 'INDEX_INVALID',
        message: 'cannot find main/binary-s390x/Packages: InRelease of trixie does not name it',
      }),
    );
  });
});

describe('verifyIndex', () => {
  let index: VerifiedIndex;

  beforeAll(() => {
    index = verifyIndex(release, PACKAGES, heldText(bytesOf(PACKAGES)));
  });

  test.each<[name: string, versions: readonly string[]]>([
    ['mawk', ['1.0-1']],
    ['libx', ['1.0', '2.0']],
    ['docs', ['1.0-1']],
    ['only-arm', []],
    ['awk', []],
    ['lib', []],
  ])('%s has the versions %j', (name, versions) => {
    expect(index.stanzas(name).map((stanza) => stanza.get('version'))).toEqual(versions);
  });

  test.each<[virtual: string, providers: readonly string[]]>([
    ['awk', ['mawk', 'gawk']],
    ['nawk', ['gawk']],
    ['hawkish', ['hawk']],
    ['hawk', []],
    ['aw', []],
  ])('%s is provided by %j', (virtual, providers) => {
    expect(index.providers(virtual)).toEqual(providers);
  });

  test('an empty index has nothing', async () => {
    const [, updates] = await openIndexes(archive);
    expect(updates?.index.stanzas('mawk')).toEqual([]);
    expect(updates?.index.providers('awk')).toEqual([]);
  });

  test.each<{ summary: string; bytes: () => Uint8Array }>([
    { summary: 'one flipped byte', bytes: () => flipByte(bytesOf(PACKAGES)) },
    { summary: 'a byte less', bytes: () => bytesOf(PACKAGES).subarray(1) },
    { summary: "another architecture's index", bytes: () => bytesOf('main/binary-arm64/Packages') },
    { summary: 'the compressed file', bytes: () => bytesOf(`${PACKAGES}.xz`) },
  ])('refuses $summary', ({ bytes }) => {
    expect(() => verifyIndex(release, PACKAGES, heldText(bytes()))).toThrow(
      expect.objectContaining({ code: 'DIGEST_MISMATCH' }),
    );
  });
});

describe('a .deb', () => {
  test('is refused with one flipped byte', () => {
    const [path, bytes] = [...archive.files.debian].find(([name]) => name.endsWith('.deb'))!;
    const [stanza] = verifyIndex(release, PACKAGES, heldText(bytesOf(PACKAGES))).stanzas('mawk');
    const sha256 = `sha256:${stanza?.get('sha256') ?? ''}`;
    const expected = { path, size: bytes.length, sha256: sha256 as VerifiedRelease['sha256'] };
    expect(() => assertExpectedFile(expected, bytes)).not.toThrow();
    expect(() => assertExpectedFile(expected, flipByte(bytes))).toThrow(
      expect.objectContaining({ code: 'DIGEST_MISMATCH', message: expect.stringContaining(path) }),
    );
  });
});

describe('scanPackages', () => {
  test.each<{ summary: string; text: string; expected: Readonly<Record<string, readonly number[]>> }>([
    { summary: 'nothing', text: '', expected: { a: [] } },
    { summary: 'no line end at its end', text: 'Package: a', expected: { a: [0] } },
    {
      summary: 'stanzas',
      text: 'Package: a\nVersion: 1\n\nPackage: b\n\nPackage: a\n',
      expected: { a: [0, 35], b: [23], ab: [], '': [] },
    },
    {
      summary: 'Package in a value or a continuation line',
      text: 'Package: a\nX: \nDescription: x\n Package: b\nNot-Package: c\n',
      expected: { a: [0], b: [], c: [] },
    },
  ])('$summary', ({ text, expected }) => {
    const { names } = scanPackages(heldText(Buffer.from(text)), 'Packages');
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, findName(name, names)]))).toEqual(
      expected,
    );
  });

  test.each(['Version: 1\nPackage: a\n', 'Package: a\nVersion: 1\nPackage: b\n', '<html>'])(
    'refuses %j',
    (text) => {
      expect(() => scanPackages(heldText(Buffer.from(text)), 'Packages')).toThrow(
        expect.objectContaining({ code: 'INDEX_INVALID' }),
      );
    },
  );

  test('reads 57 MB once, in pieces that are no larger for it', () => {
    const stanza = (n: number): string =>
      `Package: lib${n}\nVersion: 1.0-${n}\nDescription: ${'x'.repeat(780)}\nProvides: virtual${n}\n`;
    const text = heldText(Buffer.from(Array.from({ length: 68_000 }, (_, n) => stanza(n)).join('\n')));
    const lengths: number[] = [];
    const counted = {
      size: text.size,
      read: (start: number, end: number) => {
        lengths.push(Math.min(end, text.size) - start);
        return text.read(start, end);
      },
    };
    const { names, provides } = scanPackages(counted, 'Packages');
    expect(provides.length).toBe(68_000);
    expect(findName('lib67999', names).length).toBe(1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1 << 20);
    // the end of a piece is read again with the next
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(text.size * 1.01);
  });
});

test('names of the same hash are found both, and told apart by the index', async () => {
  // 0x9d07031e
  const [one, other] = ['libhfbpf', 'libroczp'];
  const [debian] = await openIndexes(await createArchive({ packages: [{ name: one }, { name: other }] }));
  const text = `Package: ${one}\n\nPackage: ${other}\n`;
  expect(findName(one, scanPackages(heldText(Buffer.from(text)), 'Packages').names).length).toBe(2);
  expect(debian?.index.stanzas(other).map((stanza) => stanza.get('package'))).toEqual([other]);
});
