import { expect, test } from 'vitest';
import { MEDIA_TYPE, parseTag, rememberReads, sha256Of } from '../../../src/oci/index.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';

test('asks once for a manifest, a blob and a list, also for what is not there, and writes through', async () => {
  const { address, requests } = await serveRegistry();
  const repository = `${address}/golden/python`;
  const registry = clientFor();
  const bytes = Buffer.from('{"schemaVersion":2}');
  const digest = await registry.putManifest(repository, parseTag('1'), {
    mediaType: MEDIA_TYPE.manifest,
    bytes,
  });
  const remembered = rememberReads(registry);
  const before = requests.length;
  for (const _ of [1, 2]) {
    expect((await remembered.getManifest(repository, digest))?.bytes).toEqual(bytes);
    expect(await remembered.getManifest(repository, parseTag('2'))).toBeUndefined();
    expect(await remembered.getReferrers(repository, digest)).toBeUndefined();
    await expect(remembered.getBlob(repository, sha256Of('none'), 10)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
    });
  }
  expect(requests.length - before).toBe(4);
  await remembered.putManifest(repository, parseTag('2'), { mediaType: MEDIA_TYPE.manifest, bytes });
  expect((await registry.getManifest(repository, parseTag('2')))?.digest).toBe(digest);
});
