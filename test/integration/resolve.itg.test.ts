import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createContentCache } from '../../src/host/content-cache.ts';
import { createFileStore } from '../../src/host/file-store.ts';
import { createHttpClient, type HttpClient } from '../../src/host/http.ts';
import { findMirrors } from '../../src/host/mirrors.ts';
import { findNpm } from '../../src/host/npm-location.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import type { RunEvent } from '../../src/model/index.ts';
import { createNpmSource, readNpmOptions } from '../../src/sources/npm/index.ts';
import {
  createResolveDeps,
  fetchInputs,
  lockText,
  openArchive,
  resolve,
  type ResolveDeps,
} from '../../src/stages/resolve/index.ts';
import { NODE_REQUEST, entryOf, npmOnly, stackOf } from '../support/resolve-world.ts';
import { ROOT } from '../support/source-tree.ts';

/** The mirror and the npm registry this host is configured for, with a cache of its own. */
const REQUEST = { architectures: ['amd64', 'arm64'] } as const;

/** Both runs of the budget share it with scanning and the registry. */
const MAX_SECOND_RUN_MS = 2000;

const node = entryOf({
  stacks: [
    stackOf('base', {
      packages: ['base-files', 'libc6'],
      exclude: [{ package: 'awk', reason: 'no scripts' }],
    }),
    stackOf('node', { packages: ['libstdc++6', 'tini'], artifacts: [NODE_REQUEST] }),
  ],
  version: { kind: 'artifact', name: 'node' },
});

let scratch: string;
let http: HttpClient;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'ingot-resolve-'));
  http = createHttpClient();
});

afterAll(async () => {
  await http.close();
  await rm(scratch, { recursive: true, force: true });
});

async function archiveKeys(): Promise<readonly string[]> {
  const folder = path.join(ROOT, 'data/debian-archive-keys');
  const keys: string[] = [];
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.asc'))) {
    keys.push(await readFile(path.join(folder, name), 'utf8'));
  }
  return keys;
}

/** Content that runs of the test hold open. */
const opened = new DisposableStack();

async function newRun(cache: string, events: RunEvent[] = []): Promise<ResolveDeps> {
  const { signal } = new AbortController();
  const options = await readNpmOptions({
    environment: process.env,
    workingFolder: ROOT,
    npm: await findNpm(process.env, process.execPath),
  });
  return createResolveDeps({
    http,
    cache: opened.use(createContentCache(cache)),
    state: createFileStore(path.join(cache, 'state')),
    sources: npmOnly(createNpmSource({ options, cache: path.join(cache, 'npm'), signal })),
    network: pLimit(8),
    mirrors: await findMirrors({ root: '/', archives: {}, environment: process.env }),
    snapshot: 'http://127.0.0.1:1',
    keys: await archiveKeys(),
    repositories: new Map(),
    runStartedAt: new Date(),
    emit: (event) => events.push(event),
    signal,
  });
}

describe("the host's mirror and registry", () => {
  test('a second run gives the same lock in no time, and asks for no file again', async () => {
    const cache = path.join(scratch, 'cache');
    const first = await newRun(cache);
    const locked = await resolve({ entry: node, archive: openArchive(REQUEST, first) }, first);

    const events: RunEvent[] = [];
    const started = performance.now();
    const second = await newRun(cache, events);
    const again = await resolve({ entry: node, archive: openArchive(REQUEST, second) }, second);
    const elapsedMs = performance.now() - started;

    expect(lockText(again.lock)).toBe(lockText(locked.lock));
    expect(events).toEqual([]);
    expect(elapsedMs).toBeLessThan(MAX_SECOND_RUN_MS);
    expect(locked.lock.version).toMatch(/^24\.\d+\.\d+$/);
    expect(locked.lock.platforms.map(({ layers }) => layers.map(({ stack }) => stack))).toEqual([
      ['base', 'node'],
      ['base', 'node'],
    ]);
  });

  test('fetches the inputs of one platform', async () => {
    const run = await newRun(path.join(scratch, 'cache'));
    const { lock } = await resolve({ entry: node, archive: openArchive(REQUEST, run) }, run);
    const inputs = await fetchInputs(lock, ['linux/amd64'], run);
    const [artifact] = lock.platforms[0]?.layers[1]?.artifacts ?? [];
    const tarball = await readFile(inputs.artifacts.get(artifact?.integrity ?? '') ?? '');
    expect(tarball.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(tarball.byteLength).toBeGreaterThan(20_000_000);
  });
});

test('a disk that is really full: STORAGE_FAILED, nothing damaged stays, and with room it goes on', async () => {
  const cache = path.join(scratch, 'small');
  const processes = createProcessRunner();
  await mkdir(cache);
  await processes.run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', cache]);
  try {
    const full = openArchive(REQUEST, await newRun(cache)).release('trixie');
    await expect(full).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('the disk is full'),
    });
    expect(await readdir(path.join(cache, 'tmp'))).toEqual([]);
    await processes.run(['mount', '-o', 'remount,size=400m', cache]);
    const suites = await openArchive(REQUEST, await newRun(cache)).release('trixie');
    expect(suites.map(({ stale }) => stale)).toEqual([false, false, false]);
  } finally {
    opened.dispose();
    await processes.run(['umount', cache]);
  }
});
