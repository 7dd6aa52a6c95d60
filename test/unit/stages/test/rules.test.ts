import { describe, expect, test } from 'vitest';
import { ROOT_RULES } from '../../../../src/stages/test/rules/index.ts';
import { brokenRules } from '../../../support/golden-image.ts';
import type { Change } from '../../../support/golden-image.ts';

const EXECUTABLE = { mode: 0o755, content: 'x' };

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

describe('the rules of a golden image', () => {
  test('the golden image itself breaks none', async () => {
    expect(await brokenRules({})).toEqual({});
  });

  test('each has its own name', () => {
    expect(new Set(ROOT_RULES.map(({ check }) => check)).size).toBe(ROOT_RULES.length);
  });

  test('many violations are counted, not all named', async () => {
    const add = Array.from({ length: 12 }, (_, at) => ({ path: `x${at}`, mode: 0o666 }));
    expect((await brokenRules({ add }))['no-world-writable']).toMatch(/^\/x0 \(0666\), .* and 2 more$/);
  });
});

describe('permissions', () => {
  test.each<Case>([
    {
      summary: 'a setuid file',
      change: { add: [{ path: 'usr/bin/su', ...EXECUTABLE, mode: 0o4755 }] },
      expected: { 'no-setuid': '/usr/bin/su (4755)' },
    },
    {
      summary: 'a setgid directory',
      change: { add: [{ path: 'var/mail/', mode: 0o2755 }] },
      expected: { 'no-setuid': '/var/mail (2755)' },
    },
    {
      summary: 'a file with capabilities',
      change: {
        add: [{ path: 'usr/bin/ping', ...EXECUTABLE, pax: { 'SCHILY.xattr.security.capability': 'x' } }],
      },
      expected: { 'no-file-capabilities': '/usr/bin/ping' },
    },
    {
      summary: 'a file that everyone can write',
      change: { add: [{ path: 'etc/motd', mode: 0o666 }] },
      expected: { 'no-world-writable': '/etc/motd (0666)' },
    },
    {
      summary: 'a directory that everyone can write, without the sticky bit',
      change: { add: [{ path: 'srv/', mode: 0o777 }] },
      expected: { 'no-world-writable': '/srv (0777)' },
    },
    {
      summary: 'device nodes and a fifo',
      change: {
        add: [
          { path: 'dev/null', type: 'character-device' },
          { path: 'dev/sda', type: 'block-device' },
          { path: 'run/pipe', type: 'fifo' },
        ],
      },
      expected: {
        'no-special-files': '/dev/null (character-device), /dev/sda (block-device), /run/pipe (fifo)',
      },
    },
    {
      summary: 'owners that nobody knows',
      change: {
        add: [
          { path: 'srv/a', uid: 1000 },
          { path: 'srv/b', gid: 8 },
        ],
      },
      expected: { 'known-owners': '/srv/a (1000:0), /srv/b (0:8)' },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});

describe('software', () => {
  test.each<Case>([
    {
      summary: 'a shell',
      change: { add: [{ path: 'usr/bin/dash', ...EXECUTABLE }] },
      expected: { 'no-shell': '/usr/bin/dash' },
    },
    {
      summary: 'a shell outside of the binary directories',
      change: { add: [{ path: 'opt/tools/busybox', ...EXECUTABLE }] },
      expected: { 'no-shell': '/opt/tools/busybox' },
    },
    {
      summary: 'a link named sh, and a link to a shell under another name',
      change: {
        add: [
          { path: 'usr/bin/sh', type: 'symlink', linkname: 'hello' },
          { path: 'opt/bash/' },
          { path: 'usr/local/bin/run', type: 'symlink', linkname: '/opt/bash' },
        ],
      },
      expected: { 'no-shell': '/usr/bin/sh -> hello, /usr/local/bin/run -> /opt/bash' },
    },
    {
      summary: 'a hard link named sh',
      change: { add: [{ path: 'usr/bin/sh', type: 'link', linkname: 'usr/bin/hello' }] },
      expected: { 'no-shell': '/usr/bin/sh' },
    },
    {
      summary: 'data files named like shells are no shells',
      change: { add: [{ path: 'etc/bash' }, { path: 'usr/share/bash/x' }] },
      expected: {},
    },
    {
      summary: 'package managers',
      change: {
        add: ['apt-get', 'dpkg-deb', 'npm', 'pip3.13', 'corepack'].map((name) => ({
          path: `usr/bin/${name}`,
          ...EXECUTABLE,
        })),
      },
      expected: {
        'no-package-manager':
          '/usr/bin/apt-get, /usr/bin/corepack, /usr/bin/dpkg-deb, /usr/bin/npm, /usr/bin/pip3.13',
      },
    },
    {
      summary: 'a package manager as a folder of modules',
      change: { add: [{ path: 'usr/local/lib/node_modules/npm/' }] },
      expected: { 'no-package-manager': '/usr/local/lib/node_modules/npm' },
    },
    {
      summary: 'package lists, caches and databases',
      change: {
        add: [
          { path: 'var/lib/apt/lists/x' },
          { path: 'var/cache/ldconfig/aux-cache' },
          { path: 'var/lib/dpkg/status' },
        ],
      },
      expected: {
        'no-package-state':
          '/var/cache/ldconfig, /var/cache/ldconfig/aux-cache, /var/lib/apt, /var/lib/apt/lists, /var/lib/apt/lists/x, /var/lib/dpkg/status',
      },
    },
    {
      summary: 'documentation, but not licences and linked folders',
      change: {
        add: [
          { path: 'usr/share/doc/libc6/changelog.gz' },
          { path: 'usr/share/doc/libc6/NOTICE.gz' },
          { path: 'usr/share/man/man1/x.1' },
          { path: 'usr/share/locale/de/LC_MESSAGES/x.mo' },
          { path: 'usr/share/doc/libgcc-s1', type: 'symlink', linkname: 'libc6' },
        ],
      },
      expected: {
        'no-documentation':
          '/usr/share/doc/libc6/changelog.gz, /usr/share/locale/de/LC_MESSAGES/x.mo, /usr/share/man/man1/x.1',
      },
    },
    {
      summary: 'what only hosts, compilers and debuggers use',
      change: {
        add: [
          { path: 'etc/cron.daily/x' },
          { path: 'usr/include/x.h' },
          { path: 'usr/lib/systemd/system/x.service' },
          { path: 'usr/lib/x86_64-linux-gnu/libx.a' },
          { path: 'usr/share/perl5/Applications.pm' },
        ],
      },
      expected: {
        'no-leftovers':
          '/etc/cron.daily, /etc/cron.daily/x, /usr/include, /usr/include/x.h, /usr/lib/systemd, /usr/lib/systemd/system, /usr/lib/systemd/system/x.service, /usr/lib/x86_64-linux-gnu/libx.a',
      },
    },
    {
      summary: 'links to nothing, to themselves, and to what the engine fills',
      change: {
        add: [
          { path: 'etc/localtime', type: 'symlink', linkname: '../usr/share/zoneinfo/UTC' },
          { path: 'etc/loop', type: 'symlink', linkname: 'loop' },
          { path: 'etc/mtab', type: 'symlink', linkname: '/proc/mounts' },
          { path: 'var/run', type: 'symlink', linkname: '/run' },
        ],
      },
      expected: {
        'no-dangling-links': '/etc/localtime -> ../usr/share/zoneinfo/UTC, /etc/loop -> loop',
      },
    },
    {
      summary: 'a script whose interpreter is not there',
      change: { add: [{ path: 'usr/bin/tool', mode: 0o755, content: '#! /usr/bin/perl -w\n' }] },
      expected: { 'script-interpreters': '/usr/bin/tool (#!/usr/bin/perl)' },
    },
    {
      summary: 'a script whose interpreter is found through a link',
      change: { add: [{ path: 'usr/bin/tool', mode: 0o755, content: '#!/bin/hello\n' }] },
      expected: {},
    },
    {
      summary: 'a dev image may have a shell and apt',
      change: {
        variant: 'dev',
        add: [
          { path: 'usr/bin/bash', ...EXECUTABLE },
          { path: 'usr/bin/apt', ...EXECUTABLE },
          { path: 'var/lib/dpkg/status' },
        ],
      },
      expected: {},
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});
