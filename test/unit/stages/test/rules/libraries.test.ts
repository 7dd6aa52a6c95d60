import { describe, expect, test } from 'vitest';
import { elfBytes } from '../../../../support/elf.ts';
import { brokenRules } from '../../../../support/golden-image.ts';
import type { Change } from '../../../../support/golden-image.ts';

const STATUS = 'var/lib/dpkg/status.d';

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

describe('shared libraries', () => {
  test.each<Case>([
    {
      summary: 'a library that is not there',
      change: { add: [{ path: 'usr/bin/x', content: elfBytes({ needed: ['libz.so.1', 'libc.so.6'] }) }] },
      expected: { 'shared-libraries': '/usr/bin/x: libz.so.1 is missing' },
    },
    {
      summary: 'a library for another machine does not count',
      change: {
        add: [
          { path: 'usr/lib/libz.so.1', content: elfBytes({ machine: 183 }) },
          { path: 'usr/bin/x', content: elfBytes({ needed: ['libz.so.1'] }) },
        ],
      },
      expected: {
        'shared-libraries': '/usr/bin/x: libz.so.1 is missing, /usr/lib/libz.so.1: machine 183, not 62',
      },
    },
    {
      summary: 'a name that leads nowhere or to a text does not count',
      change: {
        add: [
          { path: 'usr/lib/liba.so', type: 'symlink', linkname: 'gone' },
          { path: 'usr/lib/libb.so', content: 'INPUT(-lc)' },
          { path: 'usr/bin/x', content: elfBytes({ needed: ['liba.so', 'libb.so'] }) },
        ],
      },
      expected: {
        'no-dangling-links': '/usr/lib/liba.so -> gone',
        'shared-libraries': '/usr/bin/x: liba.so is missing, /usr/bin/x: libb.so is missing',
      },
    },
    {
      summary: 'RUNPATH with $ORIGIN, and then RPATH does not count',
      change: {
        add: [
          { path: 'opt/lib/liba.so', content: elfBytes() },
          { path: 'opt/bin/a', content: elfBytes({ needed: ['liba.so'], runpath: '$ORIGIN/../lib' }) },
          { path: 'opt/bin/b', content: elfBytes({ needed: ['liba.so'], rpath: '${ORIGIN}/../lib' }) },
          { path: 'opt/bin/c', content: elfBytes({ needed: ['liba.so'], rpath: '/opt/lib', runpath: '/x' }) },
        ],
      },
      expected: { 'shared-libraries': '/opt/bin/c: liba.so is missing' },
    },
    {
      summary: 'folders of ld.so.conf do not count without a cache',
      change: {
        add: [
          { path: 'etc/ld.so.conf.d/x.conf', content: '# ours\n/opt/lib\n' },
          { path: 'opt/lib/liba.so', content: elfBytes() },
          { path: 'usr/bin/x', content: elfBytes({ needed: ['liba.so'] }) },
        ],
      },
      expected: { 'shared-libraries': '/usr/bin/x: liba.so is missing' },
    },
    {
      summary: 'an interpreter that is not there',
      change: {
        add: [{ path: 'usr/bin/x', content: elfBytes({ interpreter: '/lib/ld-musl-x86_64.so.1' }) }],
      },
      expected: { 'shared-libraries': '/usr/bin/x: interpreter /lib/ld-musl-x86_64.so.1 is missing' },
    },
    {
      summary: 'a plug-in needs what its program loads from a folder below',
      change: {
        add: [
          { path: 'usr/lib/jvm/lib/server/libjvm.so', content: elfBytes({ soname: 'libjvm.so' }) },
          {
            path: 'usr/lib/jvm/lib/libjava.so',
            content: elfBytes({ needed: ['libjvm.so'], runpath: '$ORIGIN' }),
          },
        ],
      },
      expected: {},
    },
    {
      summary: 'a program finds nothing that way, nor does a library that everybody may load',
      change: {
        add: [
          { path: 'usr/lib/x/deep/libx.so', content: elfBytes({ soname: 'libx.so' }) },
          {
            path: 'usr/lib/x/program',
            content: elfBytes({ needed: ['libx.so'], interpreter: '/lib64/ld-linux-x86-64.so.2' }),
          },
          { path: 'usr/lib/liby.so', content: elfBytes({ needed: ['libx.so'] }) },
        ],
      },
      expected: {
        'shared-libraries': '/usr/lib/liby.so: libx.so is missing, /usr/lib/x/program: libx.so is missing',
      },
    },
    {
      summary: 'an exclude that left the library out is named',
      change: {
        add: [
          { path: 'usr/bin/x', content: elfBytes({ needed: ['libz.so.1'] }) },
          { path: `${STATUS}/libc6.md5sums`, content: `${'0'.repeat(32)}  bin/x\n` },
        ],
        excluded: [
          { package: 'zlib1g', reason: 'nothing compresses', requestedBy: ['libc6'] },
          { package: 'dpkg', reason: 'not needed', requestedBy: ['other'] },
        ],
      },
      expected: {
        'package-files': expect.anything() as string,
        'shared-libraries':
          '/usr/bin/x: libz.so.1 is missing; its package libc6 depends on zlib1g, which stacks/golden/stack.json excludes (nothing compresses)',
      },
    },
    {
      summary: 'a damaged ELF file',
      change: { add: [{ path: 'usr/bin/x', content: elfBytes().subarray(0, 30) }] },
      expected: { 'shared-libraries': "/usr/bin/x: file header is outside of the file's readable part" },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});
