import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordHash, treeHash } from '../../../../src/sources/go/merkle-tree.ts';
import { tileNodes, tilePath } from '../../../../src/sources/go/tiles.ts';
import { createSumdb, treeOf } from '../../../support/go-sumdb.ts';

describe('tilePath', () => {
  test.each([
    { tile: { level: 0, number: 0, width: 256 }, expected: 'tile/8/0/000' },
    { tile: { level: 0, number: 1234067, width: 256 }, expected: 'tile/8/0/x001/x234/067' },
    { tile: { level: 1, number: 67, width: 3 }, expected: 'tile/8/1/067.p/3' },
    { tile: { level: 2, number: 1000, width: 255 }, expected: 'tile/8/2/x001/000.p/255' },
  ])('$expected', ({ tile, expected }) => {
    expect(tilePath(tile)).toBe(expected);
  });
});

describe('treeHash', () => {
  const records = Array.from({ length: 700 }, (_, at) => `record ${at}\n`);
  const sumdb = createSumdb();
  for (const record of records) {
    sumdb.add(record);
  }

  async function read(path: string): Promise<Uint8Array | undefined> {
    return sumdb.answer(path);
  }

  test('is RFC 6962 made from tiles, wherever the tree is taken apart', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.nat(), async (size, seed) => {
        const at = seed % size;
        const nodes = tileNodes(size, read);
        const hash = await treeHash(0, size, {
          splits: (from, to) => from <= at && at < to,
          read: async (level, index) =>
            level === 0 && index === at ? recordHash(records[at] ?? '') : nodes(level, index),
        });
        expect(Buffer.from(hash).equals(treeOf(records.slice(0, size)))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('changes with any one record', async () => {
    const nodes = tileNodes(700, read);
    const hash = await treeHash(0, 700, {
      splits: (from, to) => from <= 300 && 300 < to,
      read: async (level, index) =>
        level === 0 && index === 300 ? recordHash('other') : nodes(level, index),
    });
    expect(Buffer.from(hash).equals(treeOf(records))).toBe(false);
  });
});
