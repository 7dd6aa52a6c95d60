import { expect, describe, test } from 'vitest';
import { lookedAt } from '../../support/looked-at.ts';

const STATUS = `Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: glibc (2.41-12)
Version: 2.41-12+b1

Package: removed
Status: deinstall ok config-files
Architecture: amd64
Version: 1
`;

const APK = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
o:musl
F:lib
R:ld-musl-x86_64.so.1
R:libc.musl-x86_64.so.1

P:busybox
V:1.36.1-r2
A:x86_64
o:busybox
F:bin
R:busybox
`;

describe('package databases', () => {
  test("dpkg's status, with sources, and files as the image has them", async () => {
    const { installed, owners } = await lookedAt({
      layers: [
        [
          { path: 'usr/lib/', mode: 0o755 },
          { path: 'lib', type: 'symlink', linkname: 'usr/lib' },
          { path: 'usr/lib/libc.so.6', content: 'c' },
          { path: 'var/lib/dpkg/status', content: STATUS },
          { path: 'var/lib/dpkg/info/libc6:amd64.list', content: '/.\n/lib\n/lib/libc.so.6\n/absent\n' },
        ],
      ],
    });
    expect(installed.packages).toEqual([
      {
        kind: 'deb',
        name: 'libc6',
        version: '2.41-12+b1',
        architecture: 'amd64',
        source: { name: 'glibc', version: '2.41-12' },
        files: ['/lib', '/usr/lib/libc.so.6'],
        recordedIn: '/var/lib/dpkg/info/libc6:amd64.list',
      },
    ]);
    expect(owners.get('/usr/lib/libc.so.6')).toBe('libc6');
  });

  test('status.d of images without dpkg; a link beside its file belongs to the same package, one elsewhere to none', async () => {
    const { installed, owners } = await lookedAt({
      layers: [
        [
          { path: 'usr/lib/libz.so.1.3', content: 'z' },
          { path: 'usr/lib/libz.so.1', type: 'symlink', linkname: 'libz.so.1.3' },
          { path: 'usr/bin/z', type: 'symlink', linkname: '/usr/lib/libz.so.1.3' },
          {
            path: 'var/lib/dpkg/status.d/zlib1g',
            content: 'Package: zlib1g\nVersion: 1:1.3-1\nArchitecture: amd64\n',
          },
          {
            path: 'var/lib/dpkg/status.d/zlib1g.md5sums',
            content: `${'0'.repeat(32)}  usr/lib/libz.so.1.3\n`,
          },
        ],
      ],
    });
    expect(installed.packages).toMatchObject([
      { name: 'zlib1g', source: { name: 'zlib1g', version: '1:1.3-1' }, files: ['/usr/lib/libz.so.1.3'] },
    ]);
    expect([...owners]).toEqual([
      ['/usr/lib/libz.so.1.3', 'zlib1g'],
      ['/usr/lib/libz.so.1', 'zlib1g'],
    ]);
  });

  test.each(['lib/apk/db/installed', 'usr/lib/apk/db/installed'])("apk's, in %s", async (path) => {
    const { installed } = await lookedAt({ layers: [[{ path, content: APK }]] });
    expect(installed.packages).toMatchObject([
      { kind: 'apk', name: 'busybox', version: '1.36.1-r2', files: ['/bin/busybox'] },
      { kind: 'apk', name: 'musl', files: ['/lib/ld-musl-x86_64.so.1', '/lib/libc.musl-x86_64.so.1'] },
    ]);
  });

  test("rpm's is named and not read", async () => {
    const { installed } = await lookedAt({ layers: [[{ path: 'var/lib/rpm/rpmdb.sqlite', content: 'x' }]] });
    expect(installed).toEqual({ packages: [], notRead: ['rpm database /var/lib/rpm/rpmdb.sqlite'] });
  });

  test('one that cannot be read is named, and the others are read', async () => {
    const { installed } = await lookedAt({
      layers: [
        [
          { path: 'var/lib/dpkg/status', content: ' broken' },
          { path: 'lib/apk/db/installed', content: APK },
        ],
      ],
    });
    expect(installed.packages).toHaveLength(2);
    expect(installed.notRead[0]).toMatch(/^dpkg database: cannot read "\/var\/lib\/dpkg\/status"/);
  });

  test('an image of one file has none', async () => {
    expect((await lookedAt({ layers: [[{ path: 'app' }]] })).installed).toEqual({
      packages: [],
      notRead: [],
    });
  });
});
