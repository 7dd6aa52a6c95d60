import { describe, expect, test } from 'vitest';
import { PREDICATE_TYPE, parseManifest, sha256Of, signEnvelope } from '../../../../src/oci/index.ts';
import { promote, readRelease } from '../../../../src/stages/promote/index.ts';
import { RELEASE, TRACK, releaseWorkshop } from '../../../support/release-workshop.ts';
import type { TestRegistry } from '../../../support/registry.ts';
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
    const stored = storedRecord(served);
    const payload = Buffer.from(stored.payload.replace('"sequence":1', '"sequence":9')).toString('base64');
    stored.replace(Buffer.from(JSON.stringify({ ...stored.envelope, payload })), 'release-3.13-000009');
    await expect(readRelease(name, deps)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  test.each([
    {
      summary: 'about another image',
      from: /"sha256":"[0-9a-f]{64}"/,
      to: `"sha256":"${'0'.repeat(64)}"`,
      code: 'ATTESTATION_FOREIGN',
    },
    {
      summary: 'that is another kind of statement',
      from: `"predicateType":"${PREDICATE_TYPE.release}"`,
      to: `"predicateType":"${PREDICATE_TYPE.lock}"`,
      code: 'ATTESTATION_TYPE',
    },
  ])('one of our own $summary', async ({ from, to, code }) => {
    const { served, deps, signedImage, name } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const stored = storedRecord(served);
    const payload = Buffer.from(stored.payload.replace(from, to));
    stored.replace(await signEnvelope(payload, deps.signer), 'release-3.13-000001');
    await expect(readRelease(name, deps)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('expected'),
    });
  });
});

interface StoredRecord {
  readonly envelope: { readonly payload: string };
  /** The signed text. */
  readonly payload: string;
  /** Puts another envelope in its place, under this tag. */
  readonly replace: (envelope: Uint8Array, tag: string) => void;
}

function storedRecord(served: TestRegistry): StoredRecord {
  const { tags, manifests, blobs } = served.repository('golden/python');
  const stored = manifests.get(tags.get('release-3.13-000001')!)!;
  const layer = parseManifest(stored.bytes, 'record').layers[0]!;
  const envelope: { payload: string } = JSON.parse(Buffer.from(blobs.get(layer.digest)!).toString());
  return {
    envelope,
    payload: Buffer.from(envelope.payload, 'base64').toString(),
    replace: (other, tag) => {
      blobs.set(sha256Of(other), other);
      const text = Buffer.from(stored.bytes).toString().replace(layer.digest, sha256Of(other));
      const bytes = Buffer.from(text.replace(`"size":${layer.size}}`, `"size":${other.length}}`));
      manifests.set(sha256Of(bytes), { ...stored, bytes });
      tags.set(tag, sha256Of(bytes));
    },
  };
}
