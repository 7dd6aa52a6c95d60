import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HttpsArtifactRequest } from '../../../../src/model/index.ts';
import { createTestHttpsSource, serveFiles } from '../../../support/https-source.ts';
import { createSigner, type Signer } from '../../../support/openpgp.ts';

const FILE = Buffer.from('a program');
const HEX = createHash('sha256').update(FILE).digest('hex');
const SUMS = `${HEX} *tool-1.2.0-amd64\n${'0'.repeat(64)}  tool-1.2.0-arm64\n`;
const KEY = 'keys/release.asc';

interface Arranged {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly request?: (url: string) => Partial<HttpsArtifactRequest>;
  readonly keys?: readonly Signer[];
}

async function world({ files = {}, request, keys = [] }: Arranged = {}) {
  const server = await serveFiles({
    '/list': 'tool 1.1.0 amd64\ntool 1.2.0 amd64\ntool 1.2.0 arm64\n',
    '/1.2.0/sums': SUMS,
    '/1.2.0/tool-1.2.0-amd64': FILE,
    '/1.2.0/info.json': JSON.stringify({ date: '2026-11-02', digest: `sha256:${HEX}` }),
    ...files,
  });
  const { url } = server;
  const source = await createTestHttpsSource(
    Object.fromEntries(keys.map((signer, at) => [at === 0 ? KEY : `keys/${at}.asc`, signer.publicKey])),
  );
  const asked: HttpsArtifactRequest = {
    kind: 'https',
    name: 'tool',
    range: '1',
    into: '/usr/local/bin',
    keep: ['tool'],
    url: `${url}/{version}/tool-{version}-{arch}`,
    architectures: { 'linux/amd64': 'amd64', 'linux/arm64': 'arm64' },
    format: 'file',
    strip: 0,
    versions: { kind: 'text', url: `${url}/list`, pattern: String.raw`^tool (?<version>\S+) {arch}$` },
    checksum: { format: 'sha256sum', url: `${url}/{version}/sums` },
    published: { url: `${url}/{version}/info.json`, pointer: '/date' },
    ...request?.(url),
  };
  return { server, requested: source.open(asked) };
}

function lock({ requested }: Awaited<ReturnType<typeof world>>) {
  return requested.lock('linux/amd64', '1.2.0');
}

describe('lists of versions', () => {
  test('a text, line by line', async () => {
    const { requested } = await world();
    expect(await requested.versions('linux/amd64')).toEqual(['1.1.0', '1.2.0']);
    expect(await requested.versions('linux/arm64')).toEqual(['1.2.0']);
  });

  test('fixed, with dates', async () => {
    const versions = [{ version: '1.2.0', published: '2026-11-01T00:00:00Z' }];
    const arranged = await world({ request: () => ({ versions: { kind: 'fixed', versions } }) });
    expect(await arranged.requested.versions('linux/amd64')).toEqual(['1.2.0']);
    expect((await lock(arranged)).artifact.published).toBe('2026-11-01T00:00:00.000Z');
  });

  test.each([
    {
      summary: 'no JSON',
      files: { '/list.json': '<html>' },
      versions: (url: string) =>
        ({ kind: 'json', url: `${url}/list.json`, items: '/*', version: '' }) as const,
      code: 'ARTIFACT_NOT_FOUND',
    },
    {
      summary: 'a pattern that does not parse',
      files: {},
      versions: (url: string) => ({ kind: 'text', url: `${url}/list`, pattern: '(' }) as const,
      code: 'CATALOG_INVALID',
    },
    {
      summary: 'an unknown variable',
      files: {},
      versions: (url: string) => ({ kind: 'text', url: `${url}/{os}`, pattern: 'x' }) as const,
      code: 'CATALOG_INVALID',
    },
  ])('$summary: $code', async ({ files, versions, code }) => {
    const { requested } = await world({ files, request: (url) => ({ versions: versions(url) }) });
    await expect(requested.versions('linux/amd64')).rejects.toMatchObject({ code });
  });
});

test('messages have URLs without their query, which may hold a token', async () => {
  const { requested } = await world({
    files: { '/list.json': '<html>', '/none': '' },
    request: (url) => ({
      versions: { kind: 'json', url: `${url}/list.json?token=s3cret`, items: '/*', version: '' },
    }),
  });
  await expect(requested.versions('linux/amd64')).rejects.toThrow(/\/list\.json: expected JSON$/);
  const arranged = await world({
    files: { '/none': '' },
    request: (url) => ({ checksum: { format: 'sha256sum', url: `${url}/none?token=s3cret` } }),
  });
  await expect(lock(arranged)).rejects.toThrow(/\/none has no checksum of it$/);
});

describe('checksums', () => {
  test('lines of sha256sum, and a date from a document', async () => {
    const { artifact } = await lock(await world());
    expect(artifact).toMatchObject({
      integrity: `sha256-${Buffer.from(HEX, 'hex').toString('base64')}`,
      published: '2026-11-02T00:00:00.000Z',
    });
  });

  test('a field of a document, also as GitHub writes it', async () => {
    const arranged = await world({
      request: (url) => ({
        checksum: { format: 'json', url: `${url}/{version}/info.json`, pointer: '/digest' },
      }),
    });
    expect((await lock(arranged)).artifact.integrity).toMatch(/^sha256-/);
  });

  test.each([
    { summary: 'another file only', files: { '/1.2.0/sums': `${HEX}  tool-1.2.0-riscv64\n` } },
    { summary: 'half a digest', files: { '/1.2.0/sums': `${HEX.slice(0, 32)}  tool-1.2.0-amd64\n` } },
    { summary: 'no date', files: { '/1.2.0/info.json': '{}' } },
  ])('$summary', async ({ files }) => {
    await expect(lock(await world({ files }))).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });
});

describe('signatures', () => {
  test('checksums clear-signed', async () => {
    const signer = await createSigner();
    const arranged = await world({
      files: { '/1.2.0/sums': await signer.clearsign(SUMS) },
      request: () => ({ signature: { of: 'checksums', keys: [KEY] } }),
      keys: [signer],
    });
    expect((await lock(arranged)).artifact.signedBy).toBe(signer.fingerprint);
  });

  test('checksums with a detached signature', async () => {
    const signer = await createSigner();
    const arranged = await world({
      files: { '/1.2.0/sums.asc': await signer.detached(Buffer.from(SUMS)) },
      request: (url) => ({
        signature: { of: 'checksums', url: `${url}/{version}/sums.asc`, keys: [KEY] },
      }),
      keys: [signer],
    });
    expect((await lock(arranged)).artifact.signedBy).toBe(signer.fingerprint);
  });

  test('the release itself, fetched once', async () => {
    const signer = await createSigner();
    const arranged = await world({
      files: { '/1.2.0/tool.sig': await signer.detached(FILE) },
      request: (url) => ({ signature: { of: 'release', url: `${url}/{version}/tool.sig`, keys: [KEY] } }),
      keys: [signer],
    });
    expect((await lock(arranged)).artifact.signedBy).toBe(signer.fingerprint);
    await lock(arranged);
    const fetched = arranged.server.requests.filter(({ url }) => url === '/1.2.0/tool-1.2.0-amd64');
    expect(fetched).toHaveLength(1);
  });

  test.each([
    {
      summary: 'another file under the signature',
      signed: async (signer: Signer) => signer.detached(Buffer.from(`${SUMS}\n`)),
    },
    {
      summary: 'a signature by somebody else',
      signed: async () => (await createSigner()).detached(Buffer.from(SUMS)),
    },
    { summary: 'no signature', signed: async () => 'sorry' },
  ])('refuses $summary', async ({ signed }) => {
    const signer = await createSigner();
    const arranged = await world({
      files: { '/1.2.0/sums.asc': await signed(signer) },
      request: (url) => ({
        signature: { of: 'checksums', url: `${url}/{version}/sums.asc`, keys: [KEY] },
      }),
      keys: [signer],
    });
    await expect(lock(arranged)).rejects.toMatchObject({ code: 'SOURCE_SIGNATURE_INVALID' });
  });

  test('refuses checksums that nobody signed', async () => {
    const arranged = await world({
      request: () => ({ signature: { of: 'checksums', keys: [KEY] } }),
      keys: [await createSigner()],
    });
    await expect(lock(arranged)).rejects.toMatchObject({ code: 'SOURCE_SIGNATURE_INVALID' });
  });

  test('refuses a release that was changed after signing', async () => {
    const signer = await createSigner();
    const other = Buffer.from('another program');
    const hex = createHash('sha256').update(other).digest('hex');
    const arranged = await world({
      files: {
        '/1.2.0/tool-1.2.0-amd64': other,
        '/1.2.0/sums': `${hex}  tool-1.2.0-amd64\n`,
        '/1.2.0/tool.sig': await signer.detached(FILE),
      },
      request: (url) => ({ signature: { of: 'release', url: `${url}/{version}/tool.sig`, keys: [KEY] } }),
      keys: [signer],
    });
    await expect(lock(arranged)).rejects.toMatchObject({ code: 'SOURCE_SIGNATURE_INVALID' });
  });

  test('refuses a release that is not what its checksum says', async () => {
    const signer = await createSigner();
    const arranged = await world({
      files: { '/1.2.0/tool-1.2.0-amd64': 'another', '/1.2.0/tool.sig': await signer.detached(FILE) },
      request: (url) => ({ signature: { of: 'release', url: `${url}/{version}/tool.sig`, keys: [KEY] } }),
      keys: [signer],
    });
    await expect(lock(arranged)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});
