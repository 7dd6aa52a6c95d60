import { describe, expect, test } from 'vitest';
import { sha256Of } from '../../../src/oci/index.ts';
import { createArchive, type FakePackage } from '../../support/archive.ts';
import { app, closureSummary, pkg, resolve } from '../../support/archive-closures.ts';
import { openIndexes } from '../../support/archive-indexes.ts';

describe('what is chosen', () => {
  test.each<{ summary: string; packages: readonly FakePackage[]; expected: readonly string[] }>([
    {
      summary: 'Pre-Depends and Depends, all the way, but no Recommends',
      packages: [
        pkg('app', { 'Pre-Depends': 'a', Depends: 'b', Recommends: 'c', Suggests: 'c' }),
        pkg('a', { Depends: 'b' }),
        pkg('b'),
        pkg('c'),
      ],
      expected: ['a 1.0 ← app', 'app 1.0 ← stack test', 'b 1.0 ← a, app'],
    },
    {
      summary: 'a circle',
      packages: [app('a'), pkg('a', { Depends: 'b' }), pkg('b', { Depends: 'app, a' })],
      expected: ['a 1.0 ← app, b', 'app 1.0 ← b, stack test', 'b 1.0 ← a'],
    },
    {
      summary: 'the first alternative that is there in the version wanted',
      packages: [app('none | a (>= 2) | b | c'), pkg('a'), pkg('b'), pkg('c')],
      expected: ['app 1.0 ← stack test', 'b 1.0 ← app'],
    },
    {
      summary: 'an alternative that is needed anyway, though another is named first',
      packages: [app('a | b, z'), pkg('a'), pkg('b'), pkg('z', { Depends: 'b' })],
      expected: ['app 1.0 ← stack test', 'b 1.0 ← app, z', 'z 1.0 ← app'],
    },
    {
      summary: 'the only provider',
      packages: [app('virtual'), pkg('a', { Provides: 'other, virtual' })],
      expected: ['a 1.0 ← app', 'app 1.0 ← stack test'],
    },
    {
      summary: 'the provider of the highest priority, then the first by name',
      packages: [
        app('one, two'),
        pkg('c', { Provides: 'one' }),
        pkg('b', { Provides: 'one' }),
        pkg('f', { Provides: 'two', Priority: 'required' }),
        pkg('e', { Provides: 'two' }),
      ],
      expected: ['app 1.0 ← stack test', 'b 1.0 ← app', 'f 1.0 ← app'],
    },
    {
      summary: 'the package of that name before its providers',
      packages: [app('thing'), pkg('a', { Provides: 'thing', Priority: 'required' }), pkg('thing')],
      expected: ['app 1.0 ← stack test', 'thing 1.0 ← app'],
    },
    {
      summary: 'a provider of the version wanted, where the package of that name is too old',
      packages: [
        app('thing (>= 2)'),
        pkg('thing'),
        pkg('a', { Provides: 'thing' }),
        pkg('b', { Provides: 'thing (= 1.5)' }),
        pkg('c', { Provides: 'thing (= 2.1)' }),
      ],
      expected: ['app 1.0 ← stack test', 'c 1.0 ← app'],
    },
    {
      summary: 'the newest of several versions',
      packages: [app('a'), pkg('a', {}, '1.9'), pkg('a', {}, '1.10'), pkg('a', {}, '1.10~rc1')],
      expected: ['a 1.10 ← app', 'app 1.0 ← stack test'],
    },
    {
      summary: 'qualifiers :any, :native and :amd64',
      packages: [
        app('a:any (>= 1), b:native, c:amd64, d:any | e:arm64 | f'),
        pkg('a', { 'Multi-Arch': 'allowed' }),
        pkg('b'),
        { name: 'c', version: '1.0', architecture: 'all' },
        pkg('d', { 'Multi-Arch': 'foreign' }),
        pkg('e'),
        pkg('f'),
      ],
      expected: ['a 1.0 ← app', 'app 1.0 ← stack test', 'b 1.0 ← app', 'c 1.0 ← app', 'f 1.0 ← app'],
    },
  ])('$summary', async ({ packages, expected }) => {
    expect(closureSummary(await resolve(packages))).toEqual(expected);
  });

  test('the newest version over all suites, and of equal ones the first', async () => {
    const packages: FakePackage[] = [
      app('a, b, c'),
      { name: 'a', version: '1:1.0-1' },
      { name: 'a', version: '1:1.0-1+deb13u1', suite: 'trixie-security' },
      { name: 'b', version: '2.0' },
      { name: 'b', version: '2.0~deb13u1', suite: 'trixie-security' },
      { name: 'c', version: '3.0' },
      { name: 'c', version: '3.0', suite: 'trixie-updates' },
    ];
    const { packages: chosen } = await resolve(packages);
    expect(chosen.map(({ name, version, archive, suite }) => [name, version, archive, suite])).toEqual([
      ['a', '1:1.0-1+deb13u1', 'debian-security', 'trixie-security'],
      ['app', '1.0', 'debian', 'trixie'],
      ['b', '2.0', 'debian', 'trixie'],
      ['c', '3.0', 'debian', 'trixie'],
    ]);
  });

  test('only packages of the architecture, and of all', async () => {
    const archive = await createArchive({
      packages: [app('a, b'), { name: 'a', architecture: 'all' }, { name: 'b', architecture: 'any' }],
    });
    const closure = await resolve([], {
      indexes: await openIndexes(archive, 'arm64'),
      architecture: 'arm64',
    });
    expect(closure.packages.map(({ architecture }) => architecture)).toEqual(['all', 'arm64', 'arm64']);
  });

  test('the whole record, with digest, size, path and source', async () => {
    const archive = await createArchive({
      packages: [
        { name: 'app', version: '2:1.0-1+b1', fields: { Source: 'app-src (2:1.0-1)' } },
        { name: 'libapp', fields: { Source: 'app-src' } },
      ],
    });
    const requests = ['libapp', 'app'];
    const closure = await resolve([], { indexes: await openIndexes(archive), requests });
    const bytes = archive.files.debian.get('pool/main/a/app/app_1.0-1+b1_amd64.deb')!;
    expect(closure.packages[0]).toEqual({
      name: 'app',
      version: '2:1.0-1+b1',
      architecture: 'amd64',
      source: { name: 'app-src', version: '2:1.0-1' },
      archive: 'debian',
      suite: 'trixie',
      path: 'pool/main/a/app/app_1.0-1+b1_amd64.deb',
      size: bytes.length,
      sha256: sha256Of(bytes),
      requestedBy: ['stack test'],
    });
    expect(closure.packages[1]?.source).toEqual({ name: 'app-src', version: '1.0-1' });
  });

  test('requests may be relations', async () => {
    const packages = [pkg('a'), pkg('b'), pkg('c')];
    const closure = await resolve(packages, { requests: ['a (>= 2) | b', 'c (= 1.0)'] });
    expect(closureSummary(closure)).toEqual(['b 1.0 ← stack test', 'c 1.0 ← stack test']);
  });

  test('the same, whatever the order of the requests', async () => {
    const packages = [pkg('x', { Depends: 'a | b' }), pkg('y', { Depends: 'b | a' }), pkg('a'), pkg('b')];
    const forwards = await resolve(packages, { requests: ['x', 'y', 'b'] });
    const backwards = await resolve(packages, { requests: ['b', 'y', 'x'] });
    expect(closureSummary(forwards)).toEqual([
      'b 1.0 ← stack test, x, y',
      'x 1.0 ← stack test',
      'y 1.0 ← stack test',
    ]);
    expect(backwards).toEqual(forwards);
  });
});

describe('what lower layers have', () => {
  const packages = [
    app('lib (>= 1.0), virtual'),
    pkg('lib', { Provides: 'virtual', Depends: 'deep' }),
    pkg('deep'),
  ];

  test('is not chosen again, nor by what it provides', async () => {
    const { packages: present } = await resolve(packages, { requests: ['lib'] });
    expect(closureSummary(await resolve(packages, { present }))).toEqual(['app 1.0 ← stack test']);
  });

  test('counts with its name and version, when the archive has replaced it', async () => {
    const { packages: present } = await resolve([pkg('lib', {}, '1.5')], { requests: ['lib'] });
    const closure = await resolve([app('lib (>= 1.2)'), pkg('lib', {}, '2.0')], { present });
    expect(closureSummary(closure)).toEqual(['app 1.0 ← stack test']);
  });

  test('is not replaced by a newer version', async () => {
    const { packages: present } = await resolve([pkg('lib', {}, '1.5')], { requests: ['lib'] });
    await expect(resolve([app('lib (>= 2)'), pkg('lib', {}, '2.0')], { present })).rejects.toThrow(
      'app wants "lib (>= 2)", got lib 1.5 selected already',
    );
  });

  test('conflicts with what is added', async () => {
    const { packages: present } = await resolve([pkg('lib')], { requests: ['lib'] });
    const added = [pkg('app', { Breaks: 'lib (<< 2)' }), pkg('lib')];
    await expect(resolve(added, { present })).rejects.toThrow(
      expect.objectContaining({ code: 'PACKAGES_CONFLICT' }),
    );
  });
});
