import { describe, expect, test } from 'vitest';
import { brokenRules, DEV_ROOT, LIBC } from '../../../../support/golden-image.ts';
import type { Change } from '../../../../support/golden-image.ts';

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

describe('dev images', () => {
  const STATUS = 'var/lib/dpkg/status';
  const SUM = '0'.repeat(32);

  test.each<Case>([
    { summary: 'have shell, apt and dpkg’s own database', change: { add: DEV_ROOT }, expected: {} },
    {
      summary: 'are no use without their tools',
      change: { add: DEV_ROOT.filter(({ path }) => !/\/(bash|git)$/.test(path)) },
      expected: { 'dev-programs': '/bin/bash is missing, /usr/bin/git is missing' },
    },
    {
      summary: 'have no lists and no packages of apt, but folders for them',
      change: {
        add: [
          ...DEV_ROOT,
          { path: 'var/lib/apt/lists/partial/' },
          { path: 'var/lib/apt/lists/lock' },
          { path: 'var/lib/apt/lists/x_InRelease', content: 'x' },
          { path: 'var/cache/apt/archives/x.deb', content: 'x' },
        ],
      },
      expected: { 'no-apt-cache': '/var/cache/apt/archives/x.deb, /var/lib/apt/lists/x_InRelease' },
    },
    {
      summary: 'have every package configured, in the locked version',
      change: {
        packages: [LIBC, { ...LIBC, name: 'zlib1g', version: '1' }],
        add: [
          ...DEV_ROOT,
          {
            path: STATUS,
            content: [
              `Package: libc6\nStatus: install ok half-configured\nVersion: ${LIBC.version}\nArchitecture: amd64\n`,
              'Package: zlib1g\nStatus: install ok installed\nVersion: 2\nArchitecture: amd64\n',
            ].join('\n'),
          },
          { path: 'var/lib/dpkg/status.d/libc6' },
        ],
      },
      expected: {
        'dpkg-status':
          'libc6 is "install ok half-configured", zlib1g 1 is missing, zlib1g 2 is not locked, /var/lib/dpkg/status.d/libc6',
      },
    },
    {
      summary: 'have the bytes their packages gave them, but for what is left out or another package diverts',
      change: {
        add: [
          ...DEV_ROOT,
          { path: 'usr/bin/changed', content: 'x' },
          { path: 'usr/bin/diverted', content: 'x' },
          { path: 'var/lib/dpkg/diversions', content: '/usr/bin/diverted\n/usr/bin/diverted.real\nother\n' },
          {
            path: 'var/lib/dpkg/info/tool.md5sums',
            content: ['changed', 'diverted', 'left-out'].map((name) => `${SUM}  usr/bin/${name}\n`).join(''),
          },
        ],
      },
      expected: { 'installed-files': 'tool: /usr/bin/changed has other bytes' },
    },
    {
      summary: 'need a database that can be read',
      change: { packages: [], add: [...DEV_ROOT, { path: STATUS, content: 'x' }] },
      expected: { 'dpkg-status': '/var/lib/dpkg/status is not control data' },
    },
    {
      summary: 'need a database',
      change: { packages: [], add: DEV_ROOT.filter(({ path }) => path !== STATUS) },
      expected: { 'dpkg-status': '/var/lib/dpkg/status is missing' },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules({ variant: 'dev', ...change })).toEqual(expected);
  });
});
