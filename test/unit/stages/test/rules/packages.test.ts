import { describe, expect, test } from 'vitest';
import { brokenRules, LIBC } from '../../../../support/golden-image.ts';
import type { Change } from '../../../../support/golden-image.ts';

/** md5 of nothing. */
const EMPTY_SUM = 'd41d8cd98f00b204e9800998ecf8427e';

const STATUS = 'var/lib/dpkg/status.d';

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

describe('package database', () => {
  test.each<Case>([
    {
      summary: 'a locked package that is not there',
      change: { packages: [LIBC, { ...LIBC, name: 'zlib1g' }] },
      expected: {
        'package-database': 'zlib1g is missing, zlib1g.md5sums is missing',
        'package-copyright': '/usr/share/doc/zlib1g/copyright is missing',
      },
    },
    {
      summary: 'a package that is not locked',
      change: { packages: [] },
      expected: {
        'package-database': `/${STATUS}/libc6 (libc6 ${LIBC.version} amd64) is not locked, /${STATUS}/libc6.md5sums`,
      },
    },
    {
      summary: 'another version',
      change: { packages: [{ ...LIBC, version: '2.42' }] },
      expected: {
        'package-database': `/${STATUS}/libc6 says libc6 ${LIBC.version} amd64, not libc6 2.42 amd64`,
      },
    },
    {
      summary: 'a file of a package changed, gone, and a list that is none',
      change: {
        add: [
          { path: 'usr/share/changed', content: 'x' },
          {
            path: `${STATUS}/libc6.md5sums`,
            content: `${'0'.repeat(32)}  usr/share/changed\n${'0'.repeat(32)}  usr/share/gone\nusr/lib/x\n`,
          },
        ],
      },
      expected: {
        'package-files':
          'libc6: /usr/share/changed has other bytes, libc6: /usr/share/gone is missing, libc6: "usr/lib/x" is not a sum and a path',
      },
    },
    {
      summary: 'two packages that own one file, under either name of its folder',
      change: {
        packages: [LIBC, { ...LIBC, name: 'other' }],
        add: [
          { path: 'usr/bin/x', content: '' },
          { path: `${STATUS}/libc6.md5sums`, content: `${EMPTY_SUM}  usr/bin/x\n${EMPTY_SUM}  usr/bin/y\n` },
          {
            path: `${STATUS}/other`,
            content: `Package: other\nVersion: ${LIBC.version}\nArchitecture: amd64\n`,
          },
          { path: `${STATUS}/other.md5sums`, content: `${EMPTY_SUM}  bin/x\n` },
          { path: 'usr/bin/y', content: '' },
          { path: 'usr/share/doc/other/copyright', content: 'free' },
        ],
      },
      expected: {
        'single-owner': '/usr/bin/x of libc6 (stacks/golden/stack.json) and other (stacks/golden/stack.json)',
      },
    },
    {
      summary: 'a licence whose text is not there, named at the end of a sentence',
      change: {
        add: [
          {
            path: 'usr/share/doc/libc6/copyright',
            content: 'See /usr/share/common-licenses/LGPL-2.1 and "/usr/share/common-licenses/GPL-3".',
          },
        ],
      },
      expected: { 'package-copyright': '/usr/share/common-licenses/GPL-3 of libc6 is missing' },
    },
    {
      summary: 'a cut stanza, and one that is not control data',
      change: {
        add: [
          { path: `${STATUS}/libc6`, content: 'Package: libc6\n' },
          { path: `${STATUS}/x`, content: 'x' },
        ],
      },
      expected: {
        'package-database': `/${STATUS}/libc6 is not one stanza with Package, Version and Architecture, /${STATUS}/x is not control data`,
      },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});
