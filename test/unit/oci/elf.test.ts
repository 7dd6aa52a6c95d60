import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseElf } from '../../../src/oci/elf.ts';
import type { ByteSource } from '../../../src/oci/elf.ts';
import { elfBytes } from '../../support/elf.ts';

function whole(bytes: Buffer): ByteSource {
  return {
    read: (offset, length) =>
      offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : undefined,
  };
}

function changed(at: number, value: number): Buffer {
  const bytes = elfBytes({ needed: ['libc.so.6'], interpreter: '/lib64/ld.so' });
  bytes[at] = value;
  return bytes;
}

describe('parseElf', () => {
  test('reads what the dynamic loader reads', () => {
    const bytes = elfBytes({
      machine: 183,
      interpreter: '/lib/ld-linux-aarch64.so.1',
      soname: 'libx.so.1',
      needed: ['libc.so.6', 'libm.so.6'],
      runpath: '$ORIGIN/../lib:/opt/lib',
    });
    expect(parseElf(whole(bytes))).toEqual({
      kind: 'elf',
      machine: 183,
      interpreter: '/lib/ld-linux-aarch64.so.1',
      soname: 'libx.so.1',
      needed: ['libc.so.6', 'libm.so.6'],
      rpath: [],
      runpath: ['$ORIGIN/../lib', '/opt/lib'],
    });
  });

  test('a static program needs nothing', () => {
    expect(parseElf(whole(elfBytes()))).toEqual({
      kind: 'elf',
      machine: 62,
      needed: [],
      rpath: [],
      runpath: [],
    });
  });

  test.each([
    { summary: 'no magic', bytes: Buffer.alloc(200), reason: 'not an ELF file' },
    {
      summary: '32-bit',
      bytes: changed(4, 1),
      reason: 'expected 64-bit little-endian, got class 1, data 1',
    },
    {
      summary: 'cut in the header',
      bytes: elfBytes().subarray(0, 40),
      reason: "file header is outside of the file's readable part",
    },
    {
      summary: 'cut in the dynamic section',
      bytes: elfBytes({ needed: ['a'] }).subarray(0, -8),
      reason: "dynamic section is outside of the file's readable part",
    },
    {
      summary: 'other program header size',
      bytes: changed(54, 32),
      reason: 'expected program headers of 56 bytes',
    },
    {
      summary: 'offset beyond 2^53',
      bytes: changed(39, 0xff),
      reason: 'offset or size beyond 2^53',
    },
  ])('$summary is a problem', ({ bytes, reason }) => {
    expect(parseElf(whole(bytes))).toEqual({ kind: 'problem', reason });
  });

  test('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(parseElf(whole(Buffer.from(bytes))).kind).toBe('problem');
      }),
    );
  });

  test('a real file with any bytes overwritten never throws', () => {
    const overwrites = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 12 });
    fc.assert(
      fc.property(overwrites, (changes) => {
        const bytes = elfBytes({ needed: ['libc.so.6'], interpreter: '/lib64/ld.so', rpath: '/a:/b' });
        for (const [at, value] of changes) {
          bytes[at % bytes.length] = value;
        }
        expect(['elf', 'problem']).toContain(parseElf(whole(bytes)).kind);
      }),
      { numRuns: 2000 },
    );
  });
});
