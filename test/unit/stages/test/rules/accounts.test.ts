import { describe, expect, test } from 'vitest';
import { brokenRules, DEV_ROOT, EPOCH } from '../../../../support/golden-image.ts';
import type { Change } from '../../../../support/golden-image.ts';

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

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
      summary: 'names and numbers that stand twice, and a shadow password that is empty',
      change: {
        variant: 'dev',
        add: [
          ...DEV_ROOT,
          {
            path: 'etc/passwd',
            content:
              'root:x:0:0::/root:/bin/bash\nnonroot:x:65532:65532::/home/nonroot:/bin/bash\nme:x:0:5::/me:/bin/sh\nme:x:7:7::/:/bin/sh\n',
          },
          { path: 'etc/group', content: 'root:x:0:\nnonroot:x:65532:\nme:x:0:\n' },
          { path: 'etc/shadow', content: 'root:*:1::::::\nme::1::::::\n' },
        ],
        accounts: [{ name: 'www', uid: 101, gid: 101, home: '/nonexistent' }],
      },
      expected: {
        'designed-accounts': 'www:101:101:/nonexistent is missing',
        'no-empty-passwords': 'me in /etc/shadow',
        'unique-accounts': 'me in /etc/passwd, 0 in /etc/passwd, 0 in /etc/group',
      },
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
        'no-empty-passwords': 'root in /etc/passwd',
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
