import { describe, expect, test } from 'vitest';
import type { FakePackage } from '../../support/archive.ts';
import { app, closureSummary, pkg, resolve } from '../../support/archive-closures.ts';

describe('exclusions', () => {
  const reason = 'maintainer scripts do not run';

  test.each<{
    summary: string;
    packages: readonly FakePackage[];
    exclude: readonly string[];
    expected: readonly string[];
    left: Record<string, readonly string[]>;
  }>([
    {
      summary: 'leave out a package and what only it needs',
      packages: [
        app('debconf, a'),
        pkg('debconf', { Depends: 'perl' }),
        pkg('perl'),
        pkg('a', { Depends: 'debconf' }),
      ],
      exclude: ['debconf'],
      expected: ['a 1.0 ← app', 'app 1.0 ← stack test'],
      left: { debconf: ['a', 'app'] },
    },
    {
      summary: 'do not fall back to the second alternative',
      packages: [
        app('debconf (>= 0.5) | debconf-2.0'),
        pkg('debconf'),
        pkg('c', { Provides: 'debconf-2.0' }),
      ],
      exclude: ['debconf'],
      expected: ['app 1.0 ← stack test'],
      left: { debconf: ['app'] },
    },
    {
      summary: 'leave out a virtual package, or the one that would be chosen for it',
      packages: [app('awk, mta'), pkg('mawk', { Provides: 'awk' }), pkg('exim', { Provides: 'mta' })],
      exclude: ['mta', 'mawk'],
      expected: ['app 1.0 ← stack test'],
      left: { mawk: ['app'], mta: ['app'] },
    },
    {
      summary: 'leave out a name the archive does not have',
      packages: [app('gone')],
      exclude: ['gone'],
      expected: ['app 1.0 ← stack test'],
      left: { gone: ['app'] },
    },
    {
      summary: 'are not told when nothing wanted them',
      packages: [app('a'), pkg('a'), pkg('b')],
      exclude: ['b'],
      expected: ['a 1.0 ← app', 'app 1.0 ← stack test'],
      left: {},
    },
    {
      summary: 'do not matter where another alternative is there anyway',
      packages: [app('a | b, b'), pkg('a'), pkg('b')],
      exclude: ['a'],
      expected: ['app 1.0 ← stack test', 'b 1.0 ← app'],
      left: {},
    },
  ])('$summary', async ({ packages, exclude, expected, left }) => {
    const exclusions = exclude.map((name) => ({ package: name, reason }));
    const closure = await resolve(packages, { exclude: exclusions });
    expect(closureSummary(closure)).toEqual(expected);
    expect(closure.excluded).toEqual(
      Object.entries(left).map(([name, requestedBy]) => ({ package: name, reason, requestedBy })),
    );
  });
});

describe('what cannot be met', () => {
  test.each<{ summary: string; packages: readonly FakePackage[]; message: string }>([
    {
      summary: 'an unknown request',
      packages: [pkg('apple')],
      message:
        'cannot resolve packages of stack test from trixie, trixie-updates, trixie-security: stack test wants "app", got no app',
    },
    {
      summary: 'an unknown dependency',
      packages: [app('gone')],
      message: 'app wants "gone", got no gone',
    },
    {
      summary: 'a version that is not there',
      packages: [app('a (>= 2) | b (= 3)'), pkg('a'), pkg('b')],
      message: 'app wants "a (>= 2) | b (= 3)", got a 1.0, b 1.0',
    },
    {
      summary: 'a Provides without a version',
      packages: [app('v (>= 1)'), pkg('a', { Provides: 'v' })],
      message: 'app wants "v (>= 1)", got no v',
    },
    {
      summary: 'another architecture',
      packages: [app('a:i386'), pkg('a')],
      message: 'app wants "a:i386", got a 1.0',
    },
    {
      summary: 'several wants, all in one go',
      packages: [pkg('app', { Depends: 'a, gone' }), pkg('a', { Depends: 'lost' })],
      message: 'wants "gone"',
    },
  ])('$summary', async ({ packages, message }) => {
    const refused = resolve(packages);
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'PACKAGE_NOT_FOUND' }));
    await expect(refused).rejects.toThrow(message);
  });

  test('every want is told', async () => {
    const packages = [pkg('app', { Depends: 'a, gone' }), pkg('a', { Depends: 'lost' })];
    await expect(resolve(packages, { requests: ['app', 'missing'] })).rejects.toThrow(
      /stack test wants "missing".*; app wants "gone".*; a wants "lost"/,
    );
  });
});

describe('conflicts', () => {
  test.each<{ summary: string; packages: readonly FakePackage[]; message: string }>([
    {
      summary: 'Conflicts',
      packages: [app('a, b'), pkg('a', { Conflicts: 'b' }), pkg('b')],
      message: 'cannot resolve packages of stack test: a 1.0 has "Conflicts: b", got b 1.0',
    },
    {
      summary: 'Breaks with a version',
      packages: [app('a, b'), pkg('a'), pkg('b', { Breaks: 'a (<< 1.1)' })],
      message: 'b 1.0 has "Breaks: a (<< 1.1)", got a 1.0',
    },
    {
      summary: 'a provided name',
      packages: [app('a, b'), pkg('a', { Conflicts: 'v', Provides: 'v' }), pkg('b', { Provides: 'v' })],
      message: 'a 1.0 has "Conflicts: v", got b 1.0',
    },
    {
      summary: 'a provided version',
      packages: [app('a, b'), pkg('a', { Conflicts: 'v (<< 3)' }), pkg('b', { Provides: 'v (= 2)' })],
      message: 'a 1.0 has "Conflicts: v (<< 3)", got b 1.0',
    },
  ])('$summary', async ({ packages, message }) => {
    const refused = resolve(packages);
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'PACKAGES_CONFLICT' }));
    await expect(refused).rejects.toThrow(message);
  });

  test.each<{ summary: string; packages: readonly FakePackage[] }>([
    {
      summary: 'a version out of range',
      packages: [app('a, b'), pkg('a', { Breaks: 'b (<< 1.0)' }), pkg('b')],
    },
    { summary: 'a package that is not chosen', packages: [app('a'), pkg('a', { Conflicts: 'b' }), pkg('b')] },
    {
      summary: 'a name it provides itself',
      packages: [app('a'), pkg('a', { Conflicts: 'v', Provides: 'v' })],
    },
    {
      summary: 'a version, where Provides has none',
      packages: [app('a, b'), pkg('a', { Conflicts: 'v (<< 3)' }), pkg('b', { Provides: 'v' })],
    },
  ])('not with $summary', async ({ packages }) => {
    await expect(resolve(packages)).resolves.toBeDefined();
  });
});
