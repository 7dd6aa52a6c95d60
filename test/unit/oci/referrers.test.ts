import { describe, expect, test } from 'vitest';
import type { DigestRef } from '../../../src/model/index.ts';
import {
  MEDIA_TYPE,
  addReferrers,
  changeReferrers,
  listReferrers,
  parseIndex,
  referrersTag,
  sha256Of,
} from '../../../src/oci/index.ts';
import type { StoredManifest } from '../../../src/oci/index.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import type { TestRegistry, TestRegistryOptions } from '../../support/registry.ts';

const NAME = 'golden/python';
const SUBJECT = Buffer.from('{"schemaVersion":2}');
const EMPTY = { mediaType: MEDIA_TYPE.empty, digest: sha256Of(Buffer.from('{}')), size: 2 };

function referrer(title: string): StoredManifest {
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: 'application/x-test',
    config: EMPTY,
    layers: [EMPTY],
    subject: { mediaType: MEDIA_TYPE.manifest, digest: sha256Of(SUBJECT), size: SUBJECT.length },
    annotations: { title },
  };
  return { mediaType: MEDIA_TYPE.manifest, bytes: Buffer.from(JSON.stringify(manifest)) };
}

async function served(options: TestRegistryOptions = {}) {
  const registry = await serveRegistry(undefined, options);
  const ref: DigestRef = { repository: `${registry.address}/${NAME}`, digest: sha256Of(SUBJECT) };
  return { registry, client: clientFor(), ref };
}

function titlesOf(referrers: Awaited<ReturnType<typeof listReferrers>>): readonly (string | undefined)[] {
  return referrers.map(({ annotations }) => annotations?.['title']);
}

/** The stored list of a registry without the API. */
function fallbackOf(registry: TestRegistry, ref: DigestRef): unknown {
  const { tags, manifests } = registry.repository(NAME);
  const bytes = manifests.get(tags.get(referrersTag(ref.digest)) ?? '')?.bytes;
  return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
}

function writeFallback(registry: TestRegistry, ref: DigestRef, manifests: readonly object[]): void {
  const { tags, manifests: stored } = registry.repository(NAME);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests }));
  stored.set(sha256Of(bytes), { mediaType: MEDIA_TYPE.index, bytes });
  tags.set(referrersTag(ref.digest), sha256Of(bytes));
}

const KINDS: readonly { readonly name: string; readonly options: TestRegistryOptions }[] = [
  { name: 'a registry with the referrers API', options: { referrersPage: 2 } },
  { name: 'a registry without it', options: {} },
];

describe.each(KINDS)('in $name', ({ options }) => {
  test('an image that nothing refers to has an empty list', async () => {
    const { client, ref } = await served(options);
    expect(await listReferrers(ref, client)).toEqual([]);
  });

  test('what was added is listed, over all pages, and adding it again changes nothing', async () => {
    const { client, ref } = await served(options);
    const added = ['a', 'b', 'c', 'd', 'e'].map(referrer);
    await addReferrers(ref, added, client);
    await addReferrers(ref, added.slice(2), client);
    const listed = await listReferrers(ref, client);
    expect(titlesOf(listed)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(listed[0]).toEqual({
      mediaType: MEDIA_TYPE.manifest,
      digest: sha256Of(added[0]?.bytes ?? Buffer.from('')),
      size: added[0]?.bytes.length,
      artifactType: 'application/x-test',
      annotations: { title: 'a' },
    });
  });

  test('what is removed is no longer listed, the rest is', async () => {
    const { client, ref } = await served(options);
    await addReferrers(ref, [referrer('old'), referrer('other')], client);
    const removed = [sha256Of(referrer('old').bytes)];
    await changeReferrers(ref, { added: [referrer('new')], removed }, client);
    expect(titlesOf(await listReferrers(ref, client))).toEqual(['other', 'new']);
  });
});

test('a registry with the API gets no list of ours beside it', async () => {
  const { registry, client, ref } = await served({ referrersPage: 10 });
  await addReferrers(ref, [referrer('a')], client);
  expect(fallbackOf(registry, ref)).toBeUndefined();
});

test('a registry with the API that refuses to delete keeps what was to be removed', async () => {
  const { registry, client, ref } = await served({ referrersPage: 10 });
  await addReferrers(ref, [referrer('old')], client);
  registry.fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 403 } : undefined);
  const removed = [sha256Of(referrer('old').bytes)];
  await changeReferrers(ref, { added: [referrer('new')], removed }, client);
  expect(titlesOf(await listReferrers(ref, client))).toEqual(['old', 'new']);
});

test.each([400, 404, 405, 406])('%i from the referrers API means that there is none', async (status) => {
  const { registry, client, ref } = await served();
  await addReferrers(ref, [referrer('a')], client);
  registry.fault = ({ path }) => (path.includes('/referrers/') ? { kind: 'status', status } : undefined);
  expect(titlesOf(await listReferrers(ref, client))).toEqual(['a']);
});

test('entries of others stay as they are, with fields that we do not know', async () => {
  const { registry, client, ref } = await served();
  const foreign = {
    ...EMPTY,
    mediaType: 'application/x-foreign',
    urls: ['https://example.com'],
    more: { a: 1 },
  };
  writeFallback(registry, ref, [foreign]);
  await addReferrers(ref, [referrer('ours')], client);
  const removed = [sha256Of(referrer('ours').bytes)];
  expect(titlesOf(await listReferrers(ref, client))).toEqual([undefined, 'ours']);
  await changeReferrers(ref, { added: [], removed }, client);
  expect(fallbackOf(registry, ref)).toEqual({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: [foreign],
  });
});

describe('a writer at the same time', () => {
  test('that replaces the list before it is read back is seen, and ours is added to its list', async () => {
    const { registry, client, ref } = await served();
    let rounds = 0;
    registry.fault = ({ method, path }) => {
      if (method === 'GET' && path.endsWith(referrersTag(ref.digest))) {
        rounds += 1;
        if (rounds === 2) {
          writeFallback(registry, ref, [{ ...EMPTY, mediaType: 'application/x-foreign' }]);
        }
      }
      return undefined;
    };
    await addReferrers(ref, [referrer('ours')], client);
    expect(titlesOf(await listReferrers(ref, client))).toEqual([undefined, 'ours']);
  });

  test('that never stops ends in an error that says so', async () => {
    const { registry, client, ref } = await served();
    registry.fault = ({ method, path }) => {
      if (method === 'GET' && path.endsWith(referrersTag(ref.digest))) {
        writeFallback(registry, ref, []);
      }
      return undefined;
    };
    await expect(addReferrers(ref, [referrer('ours')], client)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
      message: expect.stringContaining('is overwritten each time it is written') as string,
    });
  });
});

test('a list that is no index is refused, and not replaced', async () => {
  const { registry, client, ref } = await served();
  const { tags, manifests } = registry.repository(NAME);
  const { bytes, mediaType } = referrer('image');
  manifests.set(sha256Of(bytes), { bytes, mediaType });
  tags.set(referrersTag(ref.digest), sha256Of(bytes));
  await expect(addReferrers(ref, [referrer('ours')], client)).rejects.toMatchObject({
    code: 'REGISTRY_INVALID',
  });
  expect(() => parseIndex(bytes, 'list')).toThrow();
  expect(tags.get(referrersTag(ref.digest))).toBe(sha256Of(bytes));
});
