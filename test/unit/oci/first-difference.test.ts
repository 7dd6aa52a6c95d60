import { describe, expect, test } from 'vitest';
import { firstDifference, jsonDifference } from '../../../src/oci/first-difference.ts';
import { writeTestLayout, type LayerFile, type TestImage } from '../../support/layout.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const FILES: readonly LayerFile[] = [
  { path: 'usr/' },
  { path: 'usr/bin/python3', content: 'ELF', mode: 0o755 },
  { path: 'usr/bin/python', type: 'symlink', linkname: 'python3' },
];
const IMAGE: TestImage = { layers: [[{ path: 'base', content: 'b' }], FILES], config: { User: '65532' } };

/** The image with another second layer. */
function withFiles(change: (files: readonly LayerFile[]) => readonly LayerFile[]): TestImage {
  return { ...IMAGE, layers: [IMAGE.layers[0] ?? [], change(FILES)] };
}

function withFile(index: number, change: Partial<LayerFile>): TestImage {
  return withFiles((files) => files.map((file, at) => (at === index ? { ...file, ...change } : file)));
}

const CASES: readonly { readonly other: TestImage; readonly expected: string | undefined }[] = [
  { other: IMAGE, expected: undefined },
  {
    other: withFile(1, { mode: 0o700 }),
    expected: 'layer 2 of 2: /usr/bin/python3: mode: expected 0755, got 0700',
  },
  {
    other: withFile(1, { uid: 1000, gid: 7 }),
    expected: 'layer 2 of 2: /usr/bin/python3: owner: expected 0:0, got 1000:7',
  },
  {
    other: withFile(1, { content: 'EL' }),
    expected: 'layer 2 of 2: /usr/bin/python3: size: expected 3, got 2',
  },
  {
    other: withFile(1, { content: 'FLE' }),
    expected:
      'layer 2 of 2: /usr/bin/python3: content (SHA-256): expected 706abe3c90152075e656b661079730facf323f3ebccda7547ee1935c90845a09, got 5c6489aa9dfa209ffbb2a7e0fd1a91c7e0e2d3e09b60071f0d337dd6f200bbdf',
  },
  {
    other: withFile(1, { mtime: 86_400 }),
    expected:
      'layer 2 of 2: /usr/bin/python3: date: expected 1970-01-01T00:00:01.000Z, got 1970-01-02T00:00:00.000Z',
  },
  {
    other: withFile(2, { linkname: 'python2' }),
    expected: 'layer 2 of 2: /usr/bin/python: link: expected python3, got python2',
  },
  {
    other: withFile(2, { type: 'link', linkname: 'usr/bin/python3' }),
    expected: 'layer 2 of 2: /usr/bin/python: expected entry, got hard-link',
  },
  {
    other: withFiles((files) => files.toSpliced(1, 1)),
    expected: 'layer 2 of 2: /usr/bin/python3: expected, and missing',
  },
  {
    other: withFiles((files) => files.toReversed()),
    expected: 'layer 2 of 2: /usr: expected at this place, got /usr/bin/python',
  },
  {
    other: withFiles((files) => [...files, { path: 'tmp/' }]),
    expected: 'layer 2 of 2: /tmp: expected nothing more, got this',
  },
  {
    other: { ...IMAGE, layers: [...IMAGE.layers, [{ path: 'more' }]] },
    expected: 'layers: expected 2, got 3',
  },
  { other: { ...IMAGE, layers: IMAGE.layers.slice(0, 1) }, expected: 'layer 2 of 2: it is missing' },
  {
    other: { ...IMAGE, config: { User: 'root' } },
    expected: 'config: config.User: expected "65532", got "root"',
  },
  {
    other: { ...IMAGE, config: {} },
    expected: 'config: config.User: expected "65532", got nothing',
  },
];

describe('what two images first differ in', () => {
  test.each(CASES)('$expected', async ({ other, expected }) => {
    const place = async (image: TestImage) => {
      const layoutDir = await temporaryFolder();
      return { layoutDir, digest: (await writeTestLayout(layoutDir, image)).digest };
    };
    expect(await firstDifference(await place(IMAGE), await place(other))).toBe(expected);
  });
});

test.each([
  { expected: { a: [1, { b: 2 }] }, got: { a: [1, { b: 3 }] }, difference: 'a.1.b: expected 2, got 3' },
  { expected: { a: null }, got: { a: {} }, difference: 'a: expected null, got {}' },
  { expected: { a: 1 }, got: { a: 1 }, difference: undefined },
])('$difference', ({ expected, got, difference }) => {
  expect(jsonDifference(expected, got)).toBe(difference);
});
