import { describe, expect, test } from 'vitest';
import { elfBytes } from '../../../support/elf.ts';
import { brokenRules, EPOCH, LIBC } from '../../../support/golden-image.ts';
import type { Change } from '../../../support/golden-image.ts';

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
      summary: 'a damaged ELF file',
      change: { add: [{ path: 'usr/bin/x', content: elfBytes().subarray(0, 30) }] },
      expected: { 'shared-libraries': "/usr/bin/x: file header is outside of the file's readable part" },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});

describe('layout and accounts', () => {
  test.each<Case>([
    {
      summary: 'a real /bin',
      change: { add: [{ path: '.wh.bin' }, { path: 'bin/' }] },
      expected: { 'merged-usr': '/bin (directory)' },
    },
    {
      summary: 'a link to elsewhere, and none',
      change: { add: [{ path: '.wh.lib' }, { path: 'sbin', type: 'symlink', linkname: 'usr/bin' }] },
      expected: { 'merged-usr': '/sbin (usr/bin), /lib is missing' },
    },
    {
      summary: '/tmp with other modes or owners',
      change: { add: [{ path: 'tmp/', mode: 0o755, uid: 65532 }] },
      expected: { 'tmp-mode': '/tmp (directory 0755 65532:0)' },
    },
    {
      summary: 'a home that others can read, or that is not its owner’s',
      change: {
        add: [
          { path: 'home/nonroot/', mode: 0o755 },
          { path: 'root/', mode: 0o700, gid: 65532 },
        ],
      },
      expected: {
        'home-modes':
          '/root (directory 0700 0:65532) of root (0:0), /home/nonroot (directory 0755 0:0) of nonroot (65532:65532)',
      },
    },
    {
      summary: 'an account of the catalog that is not there',
      change: { accounts: [{ name: 'www', uid: 101, gid: 101, home: '/nonexistent' }] },
      expected: { passwd: 'www:101:101:/nonexistent is missing', group: 'www:101 is missing' },
    },
    {
      summary: 'an account nobody designed, with a password and a shell',
      change: {
        add: [
          {
            path: 'etc/passwd',
            content:
              'root::0:0:root:/root:/bin/sh\nnonroot:x:65532:65532::/home/nonroot:/usr/sbin/nologin\nx:x:1:1::/:/usr/sbin/nologin\n',
          },
        ],
      },
      expected: {
        passwd: 'x:1:1:/ is not designed, root has a password field "", root has the shell "/bin/sh"',
      },
    },
    {
      summary: 'no passwd and no group',
      change: { add: [{ path: 'etc/.wh.passwd' }, { path: 'etc/.wh.group' }] },
      expected: {
        passwd: '/etc/passwd is missing',
        group: '/etc/group is missing',
        'known-owners': expect.stringContaining('/ (0:0)') as string,
      },
    },
    {
      summary: 'a file of the build’s own time',
      change: {
        add: [
          { path: 'etc/new', mtime: EPOCH + 1 },
          { path: 'etc/old', mtime: EPOCH },
        ],
      },
      expected: { 'no-newer-files': `/etc/new (${new Date((EPOCH + 1) * 1000).toISOString()})` },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});

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

describe('configuration', () => {
  test.each<Case>([
    {
      summary: 'a user by name',
      change: { config: { User: 'nonroot' } },
      expected: { 'config-user': 'nonroot' },
    },
    { summary: 'no user', change: { config: { User: '' } }, expected: { 'config-user': 'no user' } },
    { summary: 'root', change: { config: { User: '0:0' } }, expected: { 'config-user': '0:0' } },
    {
      summary: 'shell forms',
      change: {
        config: { Entrypoint: ['/bin/sh', '-c', 'x'], Healthcheck: { Test: ['CMD-SHELL', 'curl'] } },
      },
      expected: { 'config-no-shell-form': '/bin/sh -c x, CMD-SHELL curl' },
    },
    {
      summary: 'another created date',
      change: { created: 0 },
      expected: {
        'config-created': `1970-01-01T00:00:00.000Z, not ${new Date(EPOCH * 1000).toISOString()}`,
      },
    },
    {
      summary: 'another platform',
      change: { architecture: 'linux/arm64' },
      expected: { 'config-platform': 'linux/arm64' },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});
