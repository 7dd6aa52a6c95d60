import { describe, expect, test } from 'vitest';
import { brokenRules, DEV_ROOT } from '../../../../support/golden-image.ts';
import type { Change } from '../../../../support/golden-image.ts';

const EXECUTABLE = { mode: 0o755, content: 'x' };

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

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
      summary: 'programs that give rights',
      change: {
        variant: 'dev',
        add: [...DEV_ROOT, { path: 'usr/bin/sudo', ...EXECUTABLE }, { path: 'usr/share/sudo/x' }],
      },
      expected: { 'no-privilege-tools': '/usr/bin/sudo' },
    },
    {
      summary: 'what a builder left behind',
      change: {
        add: [
          { path: 'Dockerfile' },
          { path: 'srv/compose.yaml' },
          { path: 'usr/lib/x/Dockerfile' },
          { path: 'home/nonroot/.cache/pip/x' },
          { path: 'srv/.git/HEAD' },
          { path: 'srv/node_modules/x/.cache/y' },
          { path: 'tmp/x' },
        ],
      },
      expected: {
        'no-left-behind':
          '/Dockerfile, /home/nonroot/.cache/pip/x, /srv/.git/HEAD, /srv/compose.yaml, /tmp/x',
      },
    },
    {
      summary: 'keys and credentials, but for those of a package and of an upstream’s tests',
      change: {
        add: [
          { path: 'srv/key.pem', content: '-----BEGIN RSA PRIVATE KEY-----\nMII' },
          { path: 'srv/other.pem', content: '-----BEGIN PRIVATE KEY-----\nMII' },
          { path: 'srv/cert.pem', content: '-----BEGIN CERTIFICATE-----\nMII' },
          { path: 'srv/source.c', content: 'x = "-----BEGIN PRIVATE KEY-----"' },
          { path: 'home/nonroot/.docker/config.json', content: '{}' },
          { path: 'home/nonroot/.netrc', content: 'machine x' },
          { path: 'opt/go/testdata/key.pem', content: '-----BEGIN EC PRIVATE KEY-----' },
          { path: 'usr/share/example/id_rsa', content: '' },
          {
            path: 'var/lib/dpkg/status.d/libc6.md5sums',
            content: 'd41d8cd98f00b204e9800998ecf8427e  usr/share/example/id_rsa\n',
          },
        ],
      },
      expected: {
        'no-secret-files':
          '/home/nonroot/.docker/config.json, /home/nonroot/.netrc, /srv/key.pem, /srv/other.pem',
      },
    },
    {
      summary: 'links that climb above the root',
      change: {
        add: [
          { path: 'etc/a', type: 'symlink', linkname: '../usr/bin/hello' },
          { path: 'etc/b', type: 'symlink', linkname: '../../usr/bin/hello' },
          { path: 'etc/c', type: 'symlink', linkname: '/../usr/bin/hello' },
        ],
      },
      expected: { 'no-escaping-links': '/etc/b -> ../../usr/bin/hello, /etc/c -> /../usr/bin/hello' },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});
