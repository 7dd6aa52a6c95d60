import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openLocal } from '../../../src/cli/open-local.ts';
import { engineName } from '../../../src/cli/open-builder.ts';
import { takeRunLock } from '../../../src/host/run-lock.ts';
import type { RunEvent } from '../../../src/model/index.ts';
import { serveHttp } from '../../support/http-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A machine whose cache holds 3,000 bytes, and whose registry holds a release. */
async function usedMachine(variables: NodeJS.ProcessEnv = { INGOT_BUILDER: 'embedded' }): Promise<{
  readonly cache: string;
  readonly release: string;
  readonly said: readonly RunEvent[];
  readonly clean: () => Promise<number>;
}> {
  const home = await temporaryFolder();
  const [cache, release] = [path.join(home, '.cache/ingot'), path.join(home, '.local/share/ingot/registry')];
  await mkdir(path.join(cache, 'content/sha256/ab'), { recursive: true });
  await mkdir(path.join(cache, 'builder/1'), { recursive: true });
  await mkdir(release, { recursive: true });
  await writeFile(path.join(cache, 'content/sha256/ab/abcd'), Buffer.alloc(1000));
  await writeFile(path.join(cache, 'builder/1/dockerd'), Buffer.alloc(2000));
  const said: RunEvent[] = [];
  const local = openLocal({
    environment: { HOME: home, ...variables },
    cwd: home,
    startedAt: new Date('2026-11-21T02:30:00Z'),
    emit: (event) => said.push(event),
    signal: new AbortController().signal,
  });
  return { cache, release, said, clean: () => local.clean() };
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

test('ingot local clean removes the cache, tells its size, and leaves releases', async () => {
  const { cache, release, clean } = await usedMachine();
  expect(await clean()).toBe(3000);
  expect([await isThere(cache), await isThere(release)]).toEqual([false, true]);
});

test('ingot local clean is refused while a run uses the cache', async () => {
  const { cache, clean } = await usedMachine();
  const lock = await takeRunLock(cache);
  await expect(clean()).rejects.toMatchObject({ code: 'RUN_IN_PROGRESS' });
  expect(await isThere(path.join(cache, 'builder/1/dockerd'))).toBe(true);
  await lock.release();
  expect(await clean()).toBe(3000);
});

test('ingot local clean has nothing to remove where nothing ran', async () => {
  const { clean } = await usedMachine();
  await clean();
  expect(await clean()).toBe(0);
});

/** A Docker engine, as far as removing from it goes, which holds a builder's volume but no container or image of it. */
async function dockerEngine(): Promise<{ readonly address: string; readonly removed: readonly string[] }> {
  const removed: string[] = [];
  const { url } = await serveHttp(({ method, url: asked = '' }, response) => {
    response.setHeader('content-type', 'application/json');
    if (method !== 'DELETE') {
      response.end(asked.endsWith('/_ping') ? 'OK' : '[]');
    } else if (asked.includes('/volumes/')) {
      removed.push(path.basename(asked));
      response.writeHead(204).end();
    } else {
      response.writeHead(404).end('{"message":"no such container"}');
    }
  });
  return { address: url.replace('http:', 'tcp:'), removed };
}

test('ingot local clean removes a builder from the Docker engine too, and says so', async () => {
  const { address, removed } = await dockerEngine();
  const { cache, said, clean } = await usedMachine({ INGOT_BUILDER: 'engine', DOCKER_HOST: address });
  expect(await clean()).toBe(3000);
  const name = engineName({ cache });
  expect(removed).toEqual([name]);
  expect(said).toEqual([
    {
      kind: 'notice',
      level: 'info',
      message: `removed volume "${name}" of your Docker engine, whose size is not counted`,
    },
  ]);
});

test('ingot local clean names what stays in a Docker engine that does not answer', async () => {
  const { cache, said, clean } = await usedMachine({
    INGOT_BUILDER: 'engine',
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
  });
  expect(await clean()).toBe(3000);
  expect(await isThere(cache)).toBe(false);
  expect(said).toMatchObject([{ kind: 'notice', level: 'warn' }]);
  expect(JSON.stringify(said)).toContain(
    `container, volume and image \\"${engineName({ cache })}\\" stay in your Docker engine`,
  );
});

test('ingot local clean touches nothing where INGOT_BUILDER is wrong', async () => {
  const { cache, clean } = await usedMachine({ INGOT_BUILDER: 'podman' });
  await expect(clean()).rejects.toMatchObject({ code: 'USAGE' });
  expect(await isThere(path.join(cache, 'builder/1/dockerd'))).toBe(true);
});
