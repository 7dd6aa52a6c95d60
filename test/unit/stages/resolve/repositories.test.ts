import { describe, expect, test } from 'vitest';
import type { CatalogEntry, Lock } from '../../../../src/model/index.ts';
import { openArchive, parseReviewedLock, lockText, resolve } from '../../../../src/stages/resolve/index.ts';
import { PGDG, PGDG_SUITE, serveRepository } from '../../../support/apt-repository.ts';
import {
  createArchive,
  createArchiveKey,
  NOW,
  type ArchiveOptions,
  type FakePackage,
} from '../../../support/archive.ts';
import { createWorld, entryOf, stackOf, type RunChanges } from '../../../support/resolve-world.ts';

const DAY_MS = 86_400_000;
const REQUEST = { architectures: ['amd64', 'arm64'] } as const;

const DEBIAN: readonly FakePackage[] = [
  { name: 'libc6', version: '2.41-12' },
  { name: 'libpq5', version: '17.6-0+deb13u1', fields: { Depends: 'libc6' } },
  { name: 'python3', version: '3.13.5-1', fields: { Depends: 'libc6' } },
];

const FURTHER: readonly FakePackage[] = [
  { name: 'libpq5', version: '18.1-1.pgdg13+1', fields: { Depends: 'libc6' } },
  { name: 'postgresql-client-18', version: '18.1-1.pgdg13+1', fields: { Depends: 'libpq5 (>= 18)' } },
  { name: 'libc6', version: '9.99-1', fields: { Essential: 'yes' } },
  { name: 'pgbouncer', version: '1.25.0-1.pgdg13+1' },
];

const base = stackOf('base', { packages: ['libc6'] });
const python = stackOf('python', { packages: ['python3'] });
const version = { kind: 'package', name: 'python3' } as const;
const plain = entryOf({ stacks: [base, python], version });

function entryWith(...packages: readonly string[]): CatalogEntry {
  return entryOf({
    stacks: [base, python, stackOf('python-pg', { packages, repositories: [PGDG] })],
    version,
  });
}

async function arrange(options: Partial<ArchiveOptions> = {}) {
  const world = await createWorld({ packages: DEBIAN });
  const repository = await serveRepository({ packages: FURTHER, ...options });
  async function lock(entry: CatalogEntry, changes: RunChanges = {}): Promise<Lock> {
    const deps = world.run({ repositories: repository.repositories, ...changes });
    return (await resolve({ entry, archive: openArchive(REQUEST, deps) }, deps)).lock;
  }
  return { world, ...repository, lock };
}

/** `archive name version` of each layer's packages. */
function packagesOf({ platforms }: Lock): readonly (readonly string[])[] {
  return (platforms[0]?.layers ?? []).map(({ packages }) =>
    packages.map(({ archive, name, version: got }) => `${archive} ${name} ${got}`),
  );
}

describe('a stack that names a further repository', () => {
  test('gets the allowed packages from it, and everything else from Debian', async () => {
    const { lock } = await arrange();
    const locked = await lock(entryWith('postgresql-client-18'));

    expect(packagesOf(locked)).toEqual([
      ['debian libc6 2.41-12'],
      ['debian python3 3.13.5-1'],
      ['pgdg libpq5 18.1-1.pgdg13+1', 'pgdg postgresql-client-18 18.1-1.pgdg13+1'],
    ]);
    expect(locked.suites.map(({ archive, suite }) => `${archive} ${suite}`)).toEqual([
      'debian trixie',
      'debian trixie-updates',
      'debian-security trixie-security',
      'pgdg trixie-pgdg',
    ]);
    expect(lockText(locked)).not.toContain('127.0.0.1');
    expect(parseReviewedLock(lockText(locked), locked.image as CatalogEntry['id'])).toEqual(locked);
  });

  test('leaves the layers below it, and images that do not name it, as they were', async () => {
    const { lock, server } = await arrange();
    const below = entryOf({ ...plain, stacks: [base, { ...python, packages: ['python3', 'libpq5'] }] });
    expect(packagesOf(await lock(below))).toEqual([
      ['debian libc6 2.41-12'],
      ['debian libpq5 17.6-0+deb13u1', 'debian python3 3.13.5-1'],
    ]);
    expect(server.log).toEqual([]);
  });

  test('is there for the layers above it', async () => {
    const { lock } = await arrange();
    const entry = entryOf({
      stacks: [base, { ...python, repositories: [PGDG] }, stackOf('app', { packages: ['libpq5'] })],
      version,
    });
    expect(packagesOf(await lock(entry)).at(-1)).toEqual(['pgdg libpq5 18.1-1.pgdg13+1']);
  });

  test('has no say in what is essential to a dev image', async () => {
    const { lock } = await arrange();
    const stacks = [
      stackOf('python-dev', { isInstalled: true, repositories: [PGDG] }),
      { ...python, repositories: [PGDG] },
    ];
    expect(packagesOf(await lock(entryOf({ stacks, version })))).toEqual([
      ['debian libc6 2.41-12', 'debian python3 3.13.5-1'],
      ['debian libc6 2.41-12', 'debian python3 3.13.5-1'],
    ]);
  });

  test('a repository that has its indexes by gzip only is read too', async () => {
    const { lock } = await arrange({ suites: [{ ...PGDG_SUITE, compression: 'gz' }] });
    expect(packagesOf(await lock(entryWith('libpq5'))).at(-1)).toEqual(['pgdg libpq5 18.1-1.pgdg13+1']);
  });

  test('a suite of the name of one of Debian is not taken for that', async () => {
    const { lock, world } = await arrange({ suites: [{ ...PGDG_SUITE, suite: 'trixie' }] });
    const stack = stackOf('pg', { packages: ['libpq5'], repositories: [{ ...PGDG, suites: ['trixie'] }] });
    const entry = entryOf({ stacks: [base, python, stack], version });
    const newer = await createArchive({ packages: DEBIAN, now: new Date(NOW.getTime() + DAY_MS / 2) });
    world.mirror.replace(newer);
    await lock(entry);
    await expect(lock(entry)).resolves.toBeDefined();
  });
});

describe('a package that is not allowed', () => {
  test('is refused by name, whoever wants it', async () => {
    const { lock } = await arrange();
    await expect(lock(entryWith('pgbouncer'))).rejects.toMatchObject({
      code: 'PACKAGE_NOT_ALLOWED',
      message: expect.stringMatching(
        /stack python-pg \(stacks\/python-pg\/stack\.json, images\/python\.json\) .*stack python-pg wants "pgbouncer", got pgbouncer only from pgdg, not allowed there$/,
      ),
      hint: expect.stringContaining('catalog.json'),
    });
  });
});

describe('trust', () => {
  test.each<{
    summary: string;
    code: string;
    break: (world: Awaited<ReturnType<typeof arrange>>) => Promise<RunChanges> | RunChanges;
  }>([
    {
      summary: "Debian's key",
      code: 'INDEX_SIGNATURE_INVALID',
      break: async ({ repositories }) => {
        const { keys } = await createArchive({ packages: [] });
        const place = { url: repositories.get('pgdg')?.url ?? '', keys: () => Promise.resolve(keys) };
        return { repositories: new Map([['pgdg', place]]) };
      },
    },
    {
      summary: 'another key than before',
      code: 'INDEX_SIGNATURE_INVALID',
      break: async ({ server }) => {
        const key = await createArchiveKey();
        server.replace(await createArchive({ packages: FURTHER, suites: [PGDG_SUITE], key }));
        return {};
      },
    },
    {
      summary: 'one byte of the InRelease',
      code: 'INDEX_SIGNATURE_INVALID',
      break: ({ server }) => {
        server.fault('debian/dists/trixie-pgdg/InRelease', { kind: 'flipped', at: 200 });
        return {};
      },
    },
    {
      summary: 'a suite that is not there, as in a flat repository',
      code: 'INDEX_INVALID',
      break: ({ server }) => {
        server.fault('debian/dists/trixie-pgdg/InRelease', { kind: 'status', status: 404 });
        return {};
      },
    },
    {
      summary: 'no repository of that name',
      code: 'CATALOG_INVALID',
      break: () => ({ repositories: new Map() }),
    },
  ])('$summary: the image fails, another one does not', async ({ code, break: breakIt }) => {
    const arranged = await arrange();
    const changes = await breakIt(arranged);
    await expect(arranged.lock(entryWith('libpq5'), changes)).rejects.toMatchObject({ code });
    await expect(arranged.lock(plain, changes)).resolves.toBeDefined();
  });

  test.each(['Packages.xz', 'libpq5_18.1-1.pgdg13+1_amd64.deb'])('one byte of %s', async (file) => {
    const key = await createArchiveKey();
    const { lock, server } = await arrange({ key });
    const archive = await createArchive({ packages: FURTHER, suites: [PGDG_SUITE], key });
    const paths = [...archive.files.debian.keys()].filter(
      (path) => path.endsWith(file) || (file === 'Packages.xz' && path.includes('/by-hash/')),
    );
    paths.forEach((path) => server.fault(`debian/${path}`, { kind: 'flipped' }));
    await expect(lock(entryWith('libpq5'))).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('an index that went back', async () => {
    const key = await createArchiveKey();
    const { lock, server } = await arrange({ key });
    await lock(entryWith('libpq5'));
    const now = new Date(NOW.getTime() - DAY_MS);
    server.replace(await createArchive({ packages: FURTHER, suites: [PGDG_SUITE], key, now }));
    await expect(lock(entryWith('libpq5'))).rejects.toMatchObject({ code: 'INDEX_ROLLED_BACK' });
  });

  test('an index past its Valid-Until', async () => {
    const validUntil = new Date(NOW.getTime() - 1000);
    const { lock } = await arrange({ suites: [{ ...PGDG_SUITE, validUntil }] });
    await expect(lock(entryWith('libpq5'))).rejects.toMatchObject({ code: 'INDEX_EXPIRED' });
  });
});

describe('a repository that is down', () => {
  const down = { url: 'http://127.0.0.1:1', keys: () => Promise.resolve([]) };

  test('is a network failure of its images alone, which leaves them as they are', async () => {
    const { lock } = await arrange();
    const changes = { repositories: new Map([['pgdg', down]]) };
    await expect(lock(entryWith('libpq5'), changes)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    await expect(lock(plain, changes)).resolves.toBeDefined();
  });

  test('is stood in for by what it last had', async () => {
    const { lock, world, repositories } = await arrange();
    const first = await lock(entryWith('libpq5'));
    const keys = repositories.get('pgdg')?.keys ?? down.keys;
    const again = await lock(entryWith('libpq5'), { repositories: new Map([['pgdg', { ...down, keys }]]) });
    expect(again).toEqual(first);
    expect(world.events).toContainEqual(
      expect.objectContaining({
        kind: 'notice',
        level: 'warn',
        message: expect.stringContaining('trixie-pgdg'),
      }),
    );
  });
});
