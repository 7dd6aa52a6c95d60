import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { debFiles, readControl, readDeb } from '../../src/debian/index.ts';
import { findMirrors } from '../../src/host/mirrors.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import type { Lock, LockedPackage } from '../../src/model/index.ts';
import { hexOf } from '../../src/oci/index.ts';
import {
  createArchive,
  createArchiveKey,
  serveArchive,
  type ArchiveKey,
  type ArchiveServer,
  type FakeArchive,
  type FakeFile,
  type FakePackage,
} from '../support/archive.ts';
import { startCachingMirror } from '../support/caching-mirror.ts';
import { copyRepository, freshMachine, type Machine } from '../support/ingot.ts';
import type { Part } from './part.ts';

/** Some with OpenSSL, and some without. */
const IMAGES = ['static-13', 'base-13', 'node-24', 'python-3.13'];
const PATCHED = 'openssl';
const SUITE = 'trixie-security';
const POLL_MS = 50;
const FIELDS = ['Source', 'Depends', 'Pre-Depends', 'Provides', 'Multi-Arch', 'Section', 'Priority'];

/** A night in which OpenSSL was patched, in a security archive of the bench's own: who is made again, and how soon. */
export async function opensslNight(warm: Machine): Promise<Part> {
  await using closing = new AsyncDisposableStack();
  const machine = await freshMachine(join(warm.folder, 'cache/ingot/content'));
  closing.defer(() => machine.remove());
  const key = await createArchiveKey();
  const repository = await copyRepository(machine.folder);
  await writeFile(join(repository, 'data/debian-archive-keys/bench.asc'), key.publicKey);
  const security = closing.use(await serveArchive(await securityArchive([], key, hourAgo())));
  const mirrors = await findMirrors({ root: '/', archives: {}, environment: process.env });
  const mirror = await startCachingMirror(
    { ...mirrors, 'debian-security': security.urls['debian-security'] },
    { remembers: (path) => path.startsWith('/debian/') },
  );
  closing.use(mirror);
  const factory = { machine, repository, env: { INGOT_DEBIAN_MIRROR: `${mirror.url}/debian` } };
  await untilReleased(factory);
  return await patch(factory, { security, key });
}

interface Factory {
  readonly machine: Machine;
  readonly repository: string;
  readonly env: Readonly<Record<string, string>>;
}

async function patch(
  factory: Factory,
  { security, key }: { readonly security: ArchiveServer; readonly key: ArchiveKey },
): Promise<Part> {
  const { machine } = factory;
  const holders: string[] = [];
  const unpatched = new Map<string, LockedPackage>();
  for (const id of IMAGES) {
    const found = (await installedOf(machine, id)).filter(isPatched);
    holders.push(...(found.length > 0 ? [id] : []));
    found.forEach((each) => unpatched.set(each.name, each));
  }
  const packages: FakePackage[] = [];
  for (const each of unpatched.values()) {
    packages.push(await patchedPackage(each, machine));
  }
  // the archive's dates are whole seconds
  const date = new Date(Math.floor(Date.now() / 1000) * 1000);
  security.replace(await securityArchive(packages, key, date));
  const releasedAtMs = await untilReleased(factory);
  const seconds = releasedAtMs.map((at) => ((at - date.getTime()) / 1000).toFixed(1));
  const { images } = await machine.report();
  const released = images.filter(({ outcome }) => outcome === 'released').map(({ id }) => id);
  return {
    lines: [
      `openssl patched: ${String(released.length)} of ${String(images.length)} images made again, ${released.join(', ')}`,
      `from the suite's Date to signed and tagged: the first ${seconds[0] ?? '-'} s, the last ${seconds.at(-1) ?? '-'} s`,
    ],
    misses:
      released.toSorted().join() === holders.toSorted().join()
        ? []
        : [`openssl patched: expected ${holders.join(', ')} to be made again, got ${released.join(', ')}`],
  };
}

/** When each image of a night was released. */
async function untilReleased({ machine, repository, env }: Factory): Promise<readonly number[]> {
  const logFile = join(machine.folder, `night-${String(performance.now())}.log`);
  const argv = [process.execPath, join(repository, 'src/start.js'), '--catalog', repository];
  const night = await createProcessRunner().start([...argv, 'nightly', ...IMAGES], {
    env: { ...machine.environment, ...env },
    cwd: machine.folder,
    logFile,
  });
  const releasedAtMs: number[] = [];
  let ended: { readonly exitCode: number | undefined } | undefined;
  while (ended === undefined) {
    ended = await Promise.race([night.ended, delay(POLL_MS, undefined)]);
    const { length } = (await readFile(logFile, 'utf8')).match(/^\S+ released /gm) ?? [];
    while (releasedAtMs.length < length) {
      releasedAtMs.push(Date.now());
    }
  }
  if (ended.exitCode !== 0) {
    throw new Error(`a night of the bench failed: ${await readFile(logFile, 'utf8')}`);
  }
  return releasedAtMs;
}

async function installedOf(machine: Machine, id: string): Promise<readonly LockedPackage[]> {
  const text = await readFile(join(machine.folder, 'out/latest', id, 'lock.json'), 'utf8');
  const { platforms } = JSON.parse(text) as Lock;
  const own = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
  return platforms
    .filter(({ platform }) => platform === own)
    .flatMap(({ layers }) => layers.flatMap(({ packages }) => packages));
}

function isPatched({ source }: LockedPackage): boolean {
  return source.name === PATCHED;
}

/** The same files under a newer version. */
async function patchedPackage(locked: LockedPackage, { folder }: Machine): Promise<FakePackage> {
  const hex = hexOf(locked.sha256);
  const bytes = await readFile(join(folder, 'cache/ingot/content/sha256', hex.slice(0, 2), hex));
  const control = await readControl(bytes, locked.name);
  const files: Record<string, FakeFile> = {};
  for await (const { path, type, mode, linkname = '', read } of debFiles(readDeb(bytes))) {
    if (type === 'file') {
      files[path] = { content: await read(), mode };
    } else if (type === 'symlink') {
      files[path] = { link: linkname };
    }
  }
  const fields = FIELDS.flatMap((field) => {
    const value = control.get(field.toLowerCase());
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    name: locked.name,
    version: `${locked.version}+bench1`,
    fields: Object.fromEntries(fields),
    files,
    date: hourAgo(),
  };
}

function securityArchive(
  packages: readonly FakePackage[],
  key: ArchiveKey,
  date: Date,
): Promise<FakeArchive> {
  const suites = [{ archive: 'debian-security', suite: SUITE, date }] as const;
  return createArchive({ packages, suites, key, now: date });
}

function hourAgo(): Date {
  return new Date(Date.now() - 3_600_000);
}
