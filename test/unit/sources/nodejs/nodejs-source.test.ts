import { describe, expect, test } from 'vitest';
import { createHttpClient } from '../../../../src/host/http.ts';
import { createNodejsSource, type NodejsSource } from '../../../../src/sources/nodejs/index.ts';
import { serveNodejs, type NodejsOptions } from '../../../support/nodejs-releases.ts';
import { createSigner } from '../../../support/openpgp.ts';

const REQUEST = {
  kind: 'nodejs',
  name: 'node',
  range: '24',
  into: '/usr/local',
  keep: ['bin/node'],
} as const;
const NOW = new Date('2026-11-24T03:00:00Z');

function sourceOf(url: string, keys: readonly string[], runStartedAt = NOW): NodejsSource {
  return createNodejsSource({
    http: createHttpClient({ attempts: 1 }),
    url,
    keys: async () => keys,
    runStartedAt,
    signal: new AbortController().signal,
  });
}

async function world(options: NodejsOptions = {}) {
  const releases = await serveNodejs(options);
  return { releases, requested: sourceOf(releases.url, [releases.signer.publicKey]).open(REQUEST) };
}

describe('nodejs.org', () => {
  test('lists what it has for a platform', async () => {
    const { requested } = await world({ versions: ['24.20.0', '24.21.0'] });
    expect(await requested.versions('linux/arm64')).toEqual(['24.20.0', '24.21.0']);
  });

  test('locks what its signed checksums name, and gives it out', async () => {
    const { releases, requested } = await world();
    const { artifact } = await requested.lock('linux/arm64', '24.21.0');
    expect(artifact).toEqual({
      kind: 'nodejs',
      name: 'node',
      version: '24.21.0',
      integrity: expect.stringMatching(/^sha256-/),
      published: '2026-11-03T00:00:00.000Z',
      path: 'v24.21.0/node-v24.21.0-linux-arm64.tar.xz',
      signedBy: releases.signer.fingerprint,
    });
    const source = sourceOf(releases.url, []);
    expect(await source.fetch(artifact, async (chunks) => `${(await bytesOf(chunks)).length > 100}`)).toBe(
      'true',
    );
  });

  test('one of several keys is enough', async () => {
    const releases = await serveNodejs();
    const other = await createSigner();
    const source = sourceOf(releases.url, [other.publicKey, releases.signer.publicKey]);
    const { artifact } = await source.open(REQUEST).lock('linux/amd64', '24.21.0');
    expect(artifact.signedBy).toBe(releases.signer.fingerprint);
  });

  test('a key may have expired since it signed', async () => {
    const { requested } = await world({ expires: new Date('2026-11-10T00:00:00Z') });
    await expect(requested.lock('linux/amd64', '24.21.0')).resolves.toMatchObject({ notices: [] });
  });
});

async function bytesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) {
    all.push(chunk);
  }
  return Buffer.concat(all);
}

function tampering(part: string, change: (text: string) => string): NonNullable<NodejsOptions['tamper']> {
  return (path, bytes) => (path.includes(part) ? Buffer.from(change(bytes.toString('utf8'))) : bytes);
}

describe('refuses', () => {
  test.each([
    {
      summary: 'a checksum changed after signing',
      tamper: tampering('.asc', (text) => text.replace(/^[0-9a-f]{8}/m, '00000000')),
      code: 'SOURCE_SIGNATURE_INVALID',
    },
    {
      summary: 'lines before the signed text',
      tamper: tampering('.asc', (text) => `${'0'.repeat(64)}  node-v24.21.0-linux-x64.tar.xz\n${text}`),
      code: 'SOURCE_SIGNATURE_INVALID',
    },
    {
      summary: 'checksums without a signature',
      tamper: tampering('.asc', () => `${'0'.repeat(64)}  node-v24.21.0-linux-x64.tar.xz\n`),
      code: 'SOURCE_SIGNATURE_INVALID',
    },
    { summary: 'another index', tamper: tampering('index.json', () => '{}'), code: 'ARTIFACT_NOT_FOUND' },
    {
      summary: 'a release that is not complete',
      tamper: (path: string, bytes: Buffer) => (path.endsWith('.asc') ? undefined : bytes),
      code: 'ARTIFACT_NOT_FOUND',
    },
  ])('$summary: $code', async ({ tamper, code }) => {
    const { requested } = await world({ tamper });
    await expect(requested.lock('linux/amd64', '24.21.0')).rejects.toMatchObject({ code });
  });

  test('a key that had expired before it signed', async () => {
    const { requested } = await world({ expires: new Date('2026-10-10T00:00:00Z') });
    await expect(requested.lock('linux/amd64', '24.21.0')).rejects.toMatchObject({
      code: 'SOURCE_SIGNATURE_INVALID',
      message: expect.stringContaining('Primary key is expired'),
    });
  });

  test("somebody else's signature", async () => {
    const releases = await serveNodejs();
    const other = await createSigner();
    const requested = sourceOf(releases.url, [other.publicKey]).open(REQUEST);
    await expect(requested.lock('linux/amd64', '24.21.0')).rejects.toMatchObject({
      code: 'SOURCE_SIGNATURE_INVALID',
    });
  });

  test('to ask anything without keys', async () => {
    const releases = await serveNodejs();
    const requested = sourceOf(releases.url, []).open(REQUEST);
    await expect(requested.versions('linux/amd64')).rejects.toMatchObject({
      code: 'SOURCE_SIGNATURE_INVALID',
      hint: expect.stringContaining('sources.nodejs.keys'),
    });
    expect(releases.requests).toEqual([]);
  });
});
