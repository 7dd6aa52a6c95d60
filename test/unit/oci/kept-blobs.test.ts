import { expect, test } from 'vitest';
import { keepBlobs, sha256Of, type RegistryClient } from '../../../src/oci/index.ts';
import { keptContent } from '../../support/kept-content.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';

const REPOSITORY = 'golden/python';
const MEBIBYTE = 1024 * 1024;

async function world(bytes: Buffer): Promise<{
  readonly registry: RegistryClient;
  readonly repository: string;
  readonly requests: readonly unknown[];
}> {
  const { address, requests } = await serveRegistry();
  const repository = `${address}/${REPOSITORY}`;
  await clientFor().putBlob(repository, {
    digest: sha256Of(bytes),
    size: bytes.byteLength,
    open: async function* open() {
      yield await Promise.resolve(bytes);
    },
  });
  return { registry: keepBlobs(clientFor(), keptContent()), repository, requests };
}

test.each([
  { what: 'a signature is asked for once', bytes: 300, asked: 1 },
  { what: 'what is too large to be kept is asked for each time', bytes: MEBIBYTE + 1, asked: 2 },
])('$what', async ({ bytes: size, asked }) => {
  const bytes = Buffer.alloc(size, 'a');
  const { registry, repository, requests } = await world(bytes);
  const before = requests.length;
  for (const _ of [1, 2]) {
    expect(Buffer.from(await registry.getBlob(repository, sha256Of(bytes), size)).equals(bytes)).toBe(true);
  }
  expect(requests.length - before).toBe(asked);
});

test('content that is larger than what the caller takes is left to the registry to refuse', async () => {
  const bytes = Buffer.from('signature');
  const { registry, repository } = await world(bytes);
  await registry.getBlob(repository, sha256Of(bytes), bytes.byteLength);
  await expect(registry.getBlob(repository, sha256Of(bytes), 3)).rejects.toMatchObject({
    code: 'REGISTRY_INVALID',
  });
});
