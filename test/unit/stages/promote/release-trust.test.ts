import { describe, expect, test } from 'vitest';
import { parseManifest, sha256Of } from '../../../../src/oci/index.ts';
import { promote, readRelease } from '../../../../src/stages/promote/index.ts';
import { RELEASE, TRACK, releaseWorkshop } from '../../../support/release-workshop.ts';
import { testKeys } from '../../../support/signing.ts';

describe('a release record that cannot be trusted', () => {
  test('signed by another key', async () => {
    const { deps, signedImage, name } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    await expect(readRelease(name, { ...deps, ...testKeys() })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  test('an old one under a newer number', async () => {
    const { served, deps, signedImage, name } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const { tags } = served.repository('golden/python');
    tags.set('release-3.13-000007', tags.get('release-3.13-000001')!);
    await expect(readRelease(name, deps)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
  });

  test('one of another track', async () => {
    const { served, deps, signedImage, name } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const { tags } = served.repository('golden/python');
    tags.set('release-3.11-000001', tags.get('release-3.13-000001')!);
    await expect(readRelease({ ...name, track: '3.11' }, deps)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
    });
  });

  test('one of another repository', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const from = served.repository('golden/python');
    const to = served.repository('golden/other');
    from.manifests.forEach((manifest, digest) => to.manifests.set(digest, manifest));
    from.blobs.forEach((blob, digest) => to.blobs.set(digest, blob));
    to.tags.set('release-3.13-000001', from.tags.get('release-3.13-000001')!);
    const other = { repository: `${served.address}/golden/other`, track: TRACK };
    await expect(readRelease(other, deps)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
  });

  test('an image under its tag', async () => {
    const { served, deps, signedImage, name } = await releaseWorkshop();
    const { ref } = (await signedImage('one')).published;
    served.repository('golden/python').tags.set('release-3.13-000001', ref.digest);
    await expect(readRelease(name, deps)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
  });

  test('a field that changed', async () => {
    const { served, deps, signedImage, name } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const { tags, manifests, blobs } = served.repository('golden/python');
    const stored = manifests.get(tags.get('release-3.13-000001')!)!;
    const layer = parseManifest(stored.bytes, 'record').layers[0]!;
    const envelope: { payload: string } = JSON.parse(Buffer.from(blobs.get(layer.digest)!).toString());
    const payload = Buffer.from(envelope.payload, 'base64')
      .toString()
      .replace('"sequence":1', '"sequence":9');
    const forged = Buffer.from(
      JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }),
    );
    blobs.set(sha256Of(forged), forged);
    const text = Buffer.from(stored.bytes).toString().replace(layer.digest, sha256Of(forged));
    const bytes = Buffer.from(text.replace(`"size":${layer.size}}`, `"size":${forged.length}}`));
    manifests.set(sha256Of(bytes), { ...stored, bytes });
    tags.set('release-3.13-000009', sha256Of(bytes));
    await expect(readRelease(name, deps)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});
