import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDeb, readDebDate, type ReadRange } from '../../../src/debian/index.ts';
import { buildDeb } from '../../support/archive-deb.ts';

const built = new Date('2026-05-04T03:02:01Z');
const seconds = built.getTime() / 1000;

function readerOf(bytes: Uint8Array): ReadRange {
  return async ({ offset, length }) => bytes.subarray(offset, offset + length);
}

function member(date: string, size: number, end = '`\n'): Buffer {
  const header = `${'name'.padEnd(16)}${date.padEnd(12)}0     0     100644  ${String(size).padEnd(10)}${end}`;
  return Buffer.concat([Buffer.from(header), Buffer.alloc(size + (size % 2))]);
}

function ar(...members: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members]);
}

describe('readDebDate', () => {
  test.each(['gz', 'xz'] as const)(
    'is the date of a .deb (%s), as reading it whole says',
    async (compression) => {
      const control = 'Package: hello\n';
      const deb = await buildDeb({ control, files: { '/usr/bin/hello': 'x' }, compression, date: built });
      expect(await readDebDate(readerOf(deb), 'hello')).toBe(seconds);
      expect(readDeb(deb).date).toBe(seconds);
    },
  );

  test('is the newest of the members, whatever their sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ date: fc.nat(), size: fc.nat(300) }), { minLength: 1, maxLength: 6 }),
        async (members) => {
          const bytes = ar(...members.map(({ date, size }) => member(String(date), size)));
          const newest = Math.max(...members.map(({ date }) => date));
          expect(await readDebDate(readerOf(bytes), 'x')).toBe(newest);
        },
      ),
    );
  });

  test('reads headers only', async () => {
    const bytes = ar(member('5', 4), member('6', 200_000), member('7', 300_000));
    let read = 0;
    const counting: ReadRange = async (range) => {
      read += range.length;
      return readerOf(bytes)(range);
    };
    expect(await readDebDate(counting, 'x')).toBe(7);
    expect(read).toBeLessThan(1000);
  });

  test.each([
    { summary: 'no ar archive', bytes: Buffer.from('PK\x03\x04 zip') },
    { summary: 'an empty file', bytes: Buffer.alloc(0) },
    { summary: 'half a header', bytes: ar(member('5', 4)).subarray(0, 30) },
    { summary: 'a date that is none', bytes: ar(member('yesterday', 4)) },
    { summary: 'a header without its end', bytes: ar(member('5', 4, 'xx')) },
    { summary: 'members without end', bytes: ar(...Array.from({ length: 20 }, () => member('5', 0))) },
  ])('$summary is refused', async ({ bytes }) => {
    await expect(readDebDate(readerOf(bytes), 'pool/hello.deb')).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      message: expect.stringContaining('pool/hello.deb'),
    });
  });
});
