import { describe, expect, test } from 'vitest';
import type { Tag } from '../../../src/model/index.ts';
import { MEDIA_TYPE, sha256Of } from '../../../src/oci/index.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import type { Fault, SeenRequest } from '../../support/registry.ts';

const bytes = Buffer.from('{"schemaVersion":2}');
const manifest = { mediaType: MEDIA_TYPE.manifest, bytes };
const digest = sha256Of(bytes);
const tag = '3.13' as Tag;
const login = { kind: 'password', username: 'ada', password: 'secret' } as const;

function blobOf(text: string) {
  const content = Buffer.from(text);
  return { digest: sha256Of(content), size: content.length, open: () => [content] };
}

/** A fault that happens the first `times` times a request fits. */
function atFirst(times: number, fits: RegExp, fault: Fault) {
  let left = times;
  return ({ method, path }: SeenRequest): Fault | undefined => {
    if (left > 0 && fits.test(`${method} ${path}`)) {
      left -= 1;
      return fault;
    }
    return undefined;
  };
}

describe('manifests', () => {
  test.each([
    { summary: 'that the registry sees a moment later is asked for once more', times: 1, stored: true },
    { summary: 'that it never sees is an error', times: 2, stored: false },
  ])('a blob $summary', async ({ times, stored }) => {
    const registry = await serveRegistry();
    const body = JSON.stringify({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] });
    registry.fault = atFirst(times, /^PUT .*manifests/, { kind: 'status', status: 400, body });
    const putting = clientFor().putManifest(`${registry.address}/golden/python`, tag, manifest);
    expect(await putting.catch((error: unknown) => (error as { code: string }).code)).toBe(
      stored ? digest : 'REGISTRY_INVALID',
    );
  });

  test('what was put is found by digest and by tag', async () => {
    const { address } = await serveRegistry();
    const client = clientFor();
    expect(await client.headManifest(`${address}/golden/python`, tag)).toBeUndefined();
    expect(await client.putManifest(`${address}/golden/python`, digest, manifest)).toBe(digest);
    expect(await client.putManifest(`${address}/golden/python`, tag, manifest)).toBe(digest);
    expect(await client.headManifest(`${address}/golden/python`, tag)).toEqual({ digest });
    expect(await client.getManifest(`${address}/golden/python`, digest)).toEqual({ ...manifest, digest });
    expect(await client.listTags(`${address}/golden/python`)).toEqual([tag]);
  });

  test('a repository that does not exist has no tags', async () => {
    const { address } = await serveRegistry();
    expect(await clientFor().listTags(`${address}/golden/none`)).toEqual([]);
  });

  test('bytes that are not what their digest says are refused', async () => {
    const registry = await serveRegistry();
    const { manifests } = registry.repository('golden/python');
    manifests.set(digest, { ...manifest, bytes: Buffer.from('{"schemaVersion":3}') });
    await expect(clientFor().getManifest(`${registry.address}/golden/python`, digest)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });

  test('a registry that stores something else is found out', async () => {
    const registry = await serveRegistry();
    registry.fault = atFirst(1, /^PUT/, { kind: 'swap', bytes: Buffer.from('{}') });
    await expect(
      clientFor().putManifest(`${registry.address}/golden/python`, tag, manifest),
    ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('blobs', () => {
  test('are uploaded and read back', async () => {
    const { address } = await serveRegistry();
    const client = clientFor();
    const blob = blobOf('layer');
    expect(await client.hasBlob(`${address}/golden/python`, blob.digest)).toBe(false);
    await client.putBlob(`${address}/golden/python`, blob);
    expect(await client.hasBlob(`${address}/golden/python`, blob.digest)).toBe(true);
    const read = await client.getBlob(`${address}/golden/python`, blob.digest, 100);
    expect(Buffer.from(read).toString()).toBe('layer');
  });

  test('are mounted from a repository that has them', async () => {
    const registry = await serveRegistry();
    const blob = blobOf('layer');
    const golden = `${registry.address}/golden/python`;
    await clientFor().putBlob(golden, blob);
    const before = registry.requests.length;
    await clientFor().putBlob(`${registry.address}/team-a/python`, { ...blob, mountFrom: golden });
    expect(registry.requests.slice(before).map(({ method }) => method)).toEqual(['POST']);
    expect(registry.repository('team-a/python').blobs.has(blob.digest)).toBe(true);
  });

  test('are uploaded where mounting does not work', async () => {
    const registry = await serveRegistry();
    const blob = blobOf('layer');
    const elsewhere = `${registry.address}/golden/other`;
    await clientFor().putBlob(`${registry.address}/team-a/python`, { ...blob, mountFrom: elsewhere });
    expect(registry.repository('team-a/python').blobs.has(blob.digest)).toBe(true);
  });

  test('content that changed never completes an upload', async () => {
    const registry = await serveRegistry();
    const blob = {
      ...blobOf('layer'),
      open: () => [Buffer.from('la'), Buffer.from('yer'.replace('y', 'Y'))],
    };
    await expect(clientFor().putBlob(`${registry.address}/golden/python`, blob)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    expect(registry.repository('golden/python').blobs.size).toBe(0);
  });

  test('a blob that is longer than allowed is not read to its end', async () => {
    const { address } = await serveRegistry();
    const blob = blobOf('layer');
    await clientFor().putBlob(`${address}/golden/python`, blob);
    await expect(clientFor().getBlob(`${address}/golden/python`, blob.digest, 3)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
    });
  });
});

describe('failures', () => {
  test.each<{ summary: string; fits: RegExp; fault: Fault }>([
    { summary: '503 twice', fits: /^POST/, fault: { kind: 'status', status: 503 } },
    { summary: 'busy twice', fits: /^POST/, fault: { kind: 'status', status: 429 } },
    { summary: 'death in the middle of an upload, twice', fits: /^PUT/, fault: { kind: 'die' } },
  ])('$summary: the client tries again', async ({ fits, fault }) => {
    const registry = await serveRegistry();
    registry.fault = atFirst(2, fits, fault);
    const blob = blobOf('layer');
    await clientFor().putBlob(`${registry.address}/golden/python`, blob);
    expect(registry.repository('golden/python').blobs.has(blob.digest)).toBe(true);
  });

  test.each<{ fault: Fault; code: string }>([
    { fault: { kind: 'status', status: 503 }, code: 'REGISTRY_UNAVAILABLE' },
    { fault: { kind: 'die' }, code: 'REGISTRY_UNAVAILABLE' },
    { fault: { kind: 'status', status: 403 }, code: 'REGISTRY_DENIED' },
    { fault: { kind: 'status', status: 400 }, code: 'REGISTRY_INVALID' },
    { fault: { kind: 'status', status: 404 }, code: 'REGISTRY_INVALID' },
  ])('$fault for ever: $code', async ({ fault, code }) => {
    const registry = await serveRegistry();
    registry.fault = () => fault;
    const upload = clientFor().putBlob(`${registry.address}/golden/python`, blobOf('layer'));
    await expect(upload).rejects.toMatchObject({ code });
  });

  test('a registry that is down', async () => {
    const lookup = clientFor().headManifest('127.0.0.1:1/golden/python', tag);
    await expect(lookup).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      hint: expect.stringContaining('127.0.0.1:1'),
    });
  });
});

describe('access', () => {
  test.each(['basic', 'bearer'] as const)('%s: one login serves all requests of a scope', async (kind) => {
    const registry = await serveRegistry({ kind, username: 'ada', password: 'secret' });
    const client = clientFor(login);
    await client.putBlob(`${registry.address}/golden/python`, blobOf('one'));
    await client.putBlob(`${registry.address}/golden/python`, blobOf('two'));
    const refused = registry.requests.filter(({ authorization }) => authorization === undefined);
    expect(refused).toHaveLength(1);
    expect(registry.requests.filter(({ path }) => path.startsWith('/token'))).toHaveLength(
      kind === 'basic' ? 0 : 1,
    );
  });

  test.each([
    { kind: 'basic', credentials: undefined },
    { kind: 'basic', credentials: { ...login, password: 'wrong' } },
    { kind: 'bearer', credentials: undefined },
    { kind: 'bearer', credentials: { ...login, password: 'wrong' } },
  ] as const)(
    '$kind with $credentials: denied, and nothing secret is said',
    async ({ kind, credentials }) => {
      const registry = await serveRegistry({ kind, username: 'ada', password: 'secret' });
      const lookup = clientFor(credentials).headManifest(`${registry.address}/golden/python`, tag);
      const error: Error = await lookup.then(
        () => new Error('no error'),
        (reason: unknown) => reason as Error,
      );
      expect(error).toMatchObject({ code: 'REGISTRY_DENIED' });
      expect(JSON.stringify([error.message, error])).not.toMatch(/wrong|secret|Basic|Bearer/);
    },
  );

  test('a password is not sent to a token service without TLS', async () => {
    const realm = 'http://tokens.example.com/token';
    const registry = await serveRegistry({ kind: 'bearer', username: 'ada', password: 'secret', realm });
    const lookup = clientFor(login).headManifest(`${registry.address}/golden/python`, tag);
    await expect(lookup).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
  });
});

test('a digest from a registry is only believed when it is one', async () => {
  const registry = await serveRegistry();
  registry.repository('golden/python').manifests.set('sha256:short', manifest);
  registry.repository('golden/python').tags.set(tag, 'sha256:short');
  const lookup = clientFor().headManifest(`${registry.address}/golden/python`, tag);
  await expect(lookup).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
});
