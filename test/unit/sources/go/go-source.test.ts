import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createContentCache } from '../../../../src/host/content-cache.ts';
import { createFileStore } from '../../../../src/host/file-store.ts';
import { createHttpClient } from '../../../../src/host/http.ts';
import { createGoSource, type GoSource } from '../../../../src/sources/go/index.ts';
import { PUBLISHED, serveGoProxy, type GoProxyOptions } from '../../../support/go-proxy.ts';
import { createSumdb, SUMDB_NAME } from '../../../support/go-sumdb.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { zipOf } from '../../../support/zip.ts';

const REQUEST = { kind: 'go', name: 'go', range: '1.27', into: '/usr/local/go', keep: ['*'] } as const;
const TOOLCHAINS = ['1.27.2.linux-amd64', '1.27.3.linux-amd64', '1.27.3.linux-arm64', '1.28rc1.linux-amd64'];
const VERSION = 'v0.0.1-go1.27.3.linux-amd64';

interface Settings {
  readonly proxy: string;
  readonly sumdb: string;
  readonly cache?: string;
}

async function sourceOf({ proxy, sumdb, cache = '' }: Settings): Promise<GoSource> {
  const folder = cache === '' ? await temporaryFolder() : cache;
  return createGoSource({
    http: createHttpClient({ attempts: 1 }),
    settings: async () => ({ proxy, sumdb }),
    state: createFileStore(path.join(folder, 'state')),
    cache: createContentCache(folder),
    signal: new AbortController().signal,
  });
}

async function world(options: Partial<GoProxyOptions> = {}) {
  const proxy = await serveGoProxy({ toolchains: TOOLCHAINS, ...options });
  return { proxy, source: await sourceOf({ proxy: proxy.url, sumdb: proxy.sumdb.key }) };
}

type Tamper = GoProxyOptions['tamper'];

async function worldWithSumdb(tamper: Tamper = (_, bytes) => bytes) {
  const { url, sumdb } = await serveGoProxy({ toolchains: TOOLCHAINS, tamper });
  return { sumdb, settings: { proxy: url, sumdb: sumdb.key } };
}

async function worldWithoutSumdb(tamper: Tamper = (_, bytes) => bytes) {
  const { url, sumdb } = await serveGoProxy({ toolchains: TOOLCHAINS, hasSumdb: false });
  const database = await serveHttp((request, response) => {
    const path = request.url ?? '/';
    const found = sumdb.answer(path.slice(1));
    response.writeHead(found === undefined ? 404 : 200).end(found && tamper(path, found));
  });
  return { sumdb, settings: { proxy: url, sumdb: `${sumdb.key} ${database.url}` } };
}

function lock(source: GoSource) {
  return source.open(REQUEST).lock('linux/amd64', '1.27.3');
}

describe('the Go module proxy', () => {
  test('lists finished toolchains of a platform', async () => {
    const { source } = await world();
    expect(await source.open(REQUEST).versions('linux/amd64')).toEqual(['1.27.2', '1.27.3']);
    expect(await source.open(REQUEST).versions('linux/arm64')).toEqual(['1.27.3']);
  });

  test('locks what the signed record says, and gives it out again', async () => {
    const { source } = await world();
    const { artifact, notices } = await lock(source);
    expect(artifact).toEqual({
      kind: 'go',
      name: 'go',
      version: '1.27.3',
      module: VERSION,
      sum: expect.stringMatching(/^h1:/),
      integrity: expect.stringMatching(/^sha256-/),
      published: '2026-11-03T12:00:00.000Z',
    });
    expect(notices).toEqual([]);
    expect(PUBLISHED).toContain('2026-11-03');
    const chunks: Uint8Array[] = [];
    await source.fetch(artifact, async (stored) => {
      for await (const chunk of stored) {
        chunks.push(chunk);
      }
      return 'kept';
    });
    expect(Buffer.concat(chunks).includes(`the go command of ${VERSION}`)).toBe(true);
  });

  test('reads a zip once on a machine, and asks the database every time', async () => {
    const { proxy } = await world();
    const cache = await temporaryFolder();
    const settings = { proxy: proxy.url, sumdb: proxy.sumdb.key, cache };
    const first = await lock(await sourceOf(settings));
    const asked = proxy.requests.length;
    expect(await lock(await sourceOf(settings))).toEqual(first);
    const again = proxy.requests.slice(asked).map(({ url = '' }) => url);
    expect(again.filter((url) => url.endsWith('.zip'))).toEqual([]);
    expect(again.filter((url) => url.includes('/lookup/'))).toHaveLength(1);
  });

  test('asks the database itself where no proxy passes it on', async () => {
    const { settings } = await worldWithoutSumdb();
    expect((await lock(await sourceOf(settings))).artifact.module).toBe(VERSION);
  });

  test.each([
    { summary: 'through the proxy', arrange: worldWithSumdb },
    { summary: 'from the database itself', arrange: worldWithoutSumdb },
  ])('takes the full tile where a part of it was dropped: $summary', async ({ arrange }) => {
    let remembered: Buffer | undefined;
    // lookups are cached on the way: their tree is older than the tiles
    const tamper = tampering('/lookup/', (bytes) => (remembered ??= bytes));
    const { sumdb, settings } = await arrange(tamper);
    const first = await lock(await sourceOf(settings));
    for (let number = 0; number < 300; number += 1) {
      sumdb.add(`example.org/later v1.0.${number} h1:none\n`);
    }
    expect(await lock(await sourceOf(settings))).toEqual(first);
  });

  test('goes on with the next proxy where one does not have it', async () => {
    const empty = await serveHttp((_request, response) => response.writeHead(404).end());
    const { proxy } = await world();
    const source = await sourceOf({ proxy: `${empty.url},${proxy.url}`, sumdb: proxy.sumdb.key });
    expect((await lock(source)).artifact.module).toBe(VERSION);
  });
});

/** Changes what the proxy sends for paths that contain `part`. */
function tampering(
  part: string,
  change: (text: Buffer) => Buffer | string,
): NonNullable<GoProxyOptions['tamper']> {
  return (requested, bytes) => (requested.includes(part) ? Buffer.from(change(bytes)) : bytes);
}

function replaced(bytes: Buffer, pattern: RegExp | string, by: string): string {
  return bytes.toString('utf8').replace(pattern, by);
}

describe('refuses', () => {
  const cases = [
    {
      summary: 'another zip',
      tamper: tampering('.zip', () => zipOf({ [`golang.org/toolchain@${VERSION}/bin/go`]: 'evil' })),
      code: 'DIGEST_MISMATCH',
    },
    { summary: 'what is no zip', tamper: tampering('.zip', () => 'sorry'), code: 'DIGEST_MISMATCH' },
    {
      summary: 'a record with another sum',
      tamper: tampering('/lookup/', (bytes) => replaced(bytes, / h1:..../, ' h1:evil')),
      code: 'SUMDB_PROOF_INVALID',
    },
    {
      summary: 'a number that is not in the tree',
      tamper: tampering('/lookup/', (bytes) => replaced(bytes, /^\d+/, '4000')),
      code: 'SUMDB_PROOF_INVALID',
    },
    {
      summary: 'a tile with another hash',
      tamper: tampering('/tile/8/0/001', (bytes) => bytes.fill(0, 0, 32)),
      code: 'SUMDB_PROOF_INVALID',
    },
    {
      summary: 'a tile that is too short',
      tamper: tampering('/tile/', (bytes) => bytes.subarray(0, 16)),
      code: 'SUMDB_PROOF_INVALID',
    },
    {
      summary: 'a tree whose size was changed after signing',
      tamper: tampering('/lookup/', (bytes) => replaced(bytes, 'tree\n30', 'tree\n31')),
      code: 'SUMDB_SIGNATURE_INVALID',
    },
    {
      summary: 'a tree signed by somebody else under the same name',
      tamper: (requested: string, bytes: Buffer) => {
        const other = createSumdb();
        other.add('example.org/a v1.0.0 h1:none\n');
        const text = bytes.toString('utf8');
        const end = text.indexOf('\n\n') + 2;
        return requested.includes('/lookup/') ? Buffer.from(text.slice(0, end) + other.note(1)) : bytes;
      },
      code: 'SUMDB_SIGNATURE_INVALID',
    },
    {
      summary: 'a page instead of a record',
      tamper: tampering('/lookup/', () => '<html>'),
      code: 'SUMDB_RECORD_INVALID',
    },
    {
      summary: 'an .info without a time',
      tamper: tampering('.info', () => '{}'),
      code: 'ARTIFACT_NOT_FOUND',
    },
  ];

  test.each(cases)('$summary: $code', async ({ tamper, code }) => {
    const { source } = await world({ tamper });
    await expect(lock(source)).rejects.toMatchObject({ code });
  });

  test('a record of something else that is in the tree under its number', async () => {
    const proxy = await serveGoProxy({
      toolchains: TOOLCHAINS,
      tamper: (requested, bytes) =>
        requested.includes('/lookup/')
          ? (proxy.sumdb.answer('lookup/example.org/module7@v1.0.0') ?? bytes)
          : bytes,
    });
    const source = await sourceOf({ proxy: proxy.url, sumdb: proxy.sumdb.key });
    await expect(lock(source)).rejects.toMatchObject({ code: 'SUMDB_RECORD_INVALID' });
  });

  test('a tree that does not begin with the one seen before', async () => {
    const cache = await temporaryFolder();
    const { proxy } = await world();
    await lock(await sourceOf({ proxy: proxy.url, sumdb: proxy.sumdb.key, cache }));
    // the same key has signed another history
    const others = Array.from({ length: 200 }, (_, at) => `another record ${at}\n`);
    const state = createFileStore(path.join(cache, 'state'));
    await state.write(`sumdb ${SUMDB_NAME}`, proxy.sumdb.note(200, others));
    const source = await sourceOf({ proxy: proxy.url, sumdb: proxy.sumdb.key, cache });
    await expect(lock(source)).rejects.toMatchObject({
      code: 'SUMDB_PROOF_INVALID',
      message: expect.stringContaining('does not begin with the tree of 200'),
    });
  });

  test('nothing after the database has grown, or was asked under another key', async () => {
    const cache = await temporaryFolder();
    const { proxy } = await world();
    const settings = { proxy: proxy.url, sumdb: proxy.sumdb.key, cache };
    const first = await lock(await sourceOf(settings));
    for (let number = 0; number < 300; number += 1) {
      proxy.sumdb.add(`example.org/later v1.0.${number} h1:none\n`);
    }
    expect(await lock(await sourceOf(settings))).toEqual(first);
    const other = await serveGoProxy({ toolchains: TOOLCHAINS });
    const changed = { proxy: other.url, sumdb: other.sumdb.key, cache };
    expect((await lock(await sourceOf(changed))).artifact.sum).toBe(first.artifact.sum);
  });

  test.each([
    { proxy: 'off', sumdb: SUMDB_NAME, code: 'USAGE', part: 'GOSUMDB' },
    { proxy: ',', sumdb: 'key', code: 'USAGE', part: 'GOPROXY' },
    { proxy: 'file:///srv/proxy', sumdb: 'key', code: 'USAGE', part: 'GOPROXY' },
    { proxy: 'https://proxy.example', sumdb: 'off', code: 'USAGE', part: 'GOSUMDB' },
  ])('GOPROXY=$proxy GOSUMDB=$sumdb', async ({ proxy, sumdb, code, part }) => {
    const source = await sourceOf({ proxy, sumdb: sumdb === 'key' ? createSumdb().key : sumdb });
    await expect(lock(source)).rejects.toMatchObject({ code, message: expect.stringContaining(part) });
  });

  test('GOPROXY=off', async () => {
    const source = await sourceOf({ proxy: 'off', sumdb: createSumdb().key });
    await expect(source.open(REQUEST).versions('linux/amd64')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('GOPROXY is "off"'),
    });
  });
});
