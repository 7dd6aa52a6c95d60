import { expect, test } from 'vitest';
import {
  listedRegistry,
  MEDIA_TYPE,
  parseSha256,
  parseTag,
  sha256Of,
  type ListedRegistry,
  type RegistryClient,
  type RepositoryListing,
} from '../../../src/oci/index.ts';
import { keptContent } from '../../support/kept-content.ts';
import { clientFor, serveRegistry, type TestRegistry } from '../../support/registry.ts';

const NAME = 'golden/python';
const MANIFEST = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.manifest }));
const DIGEST = sha256Of(MANIFEST);
const OTHER = sha256Of('something else');

interface World extends ListedRegistry {
  readonly served: TestRegistry;
  readonly repository: string;
  readonly plain: RegistryClient;
  /** Requests since the world was made. */
  readonly asked: () => number;
}

/** A repository with one tagged manifest, listed as it was then. */
async function world({ isListed = true } = {}): Promise<World> {
  const served = await serveRegistry();
  const repository = `${served.address}/${NAME}`;
  const plain = clientFor();
  await plain.putManifest(repository, parseTag('3.13'), { mediaType: MEDIA_TYPE.manifest, bytes: MANIFEST });
  const { manifests, tags } = served.repository(NAME);
  const listing: RepositoryListing = {
    digests: new Set([...manifests.keys()].map((digest) => parseSha256(digest))),
    tags: new Map([...tags].map(([tag, digest]) => [parseTag(tag), parseSha256(digest)])),
    subjects: new Set(),
  };
  const list = () => Promise.resolve(isListed ? listing : undefined);
  const before = served.requests.length;
  return {
    ...listedRegistry(plain, { list, kept: keptContent() }),
    served,
    repository,
    plain,
    asked: () => served.requests.length - before,
  };
}

test.each<[string, (registry: RegistryClient, repository: string) => Promise<unknown>]>([
  ['a tag', (registry, repository) => registry.headManifest(repository, parseTag('3.13'))],
  ['a tag that is not there', (registry, repository) => registry.headManifest(repository, parseTag('3.12'))],
  ['a digest', (registry, repository) => registry.headManifest(repository, DIGEST)],
  ['a digest that is not there', (registry, repository) => registry.headManifest(repository, OTHER)],
  ['a manifest by its tag', (registry, repository) => registry.getManifest(repository, parseTag('3.13'))],
  ['a manifest that is not there', (registry, repository) => registry.getManifest(repository, OTHER)],
  ['the tags', (registry, repository) => registry.listTags(repository)],
])('%s: what the list says is what the registry says, listed or not', async (_, read) => {
  for (const isListed of [true, false]) {
    const { reads, plain, repository } = await world({ isListed });
    expect(await read(reads, repository)).toEqual(await read(plain, repository));
  }
});

test('nothing is asked for but a manifest that was never read', async () => {
  const { reads, repository, asked } = await world();
  for (const _ of [1, 2]) {
    await reads.headManifest(repository, parseTag('3.13'));
    await reads.headManifest(repository, OTHER);
    await reads.getManifest(repository, parseTag('3.13'));
    await reads.getManifest(repository, OTHER);
    await reads.listTags(repository);
    expect(await reads.getReferrers(repository, DIGEST)).toEqual([]);
  }
  expect(asked()).toBe(1);
});

test('what this process wrote is seen, also through who only reads', async () => {
  const { reads, writes, repository } = await world();
  await reads.headManifest(repository, parseTag('3.13'));
  const bytes = Buffer.from(`${MANIFEST.toString()} `);
  const digest = await writes.putManifest(repository, parseTag('3.13'), {
    mediaType: MEDIA_TYPE.manifest,
    bytes,
  });
  expect(await reads.headManifest(repository, parseTag('3.13'))).toEqual({ digest });
});

test('who writes is told of the registry as it is, not as it was listed', async () => {
  const { reads, writes, repository, served } = await world();
  await reads.headManifest(repository, parseTag('3.13'));
  served.repository(NAME).tags.delete('3.13');
  expect(await writes.headManifest(repository, parseTag('3.13'))).toBeUndefined();
});

test('a manifest that does not say what it is is asked for each time', async () => {
  const { served, repository, plain } = await world();
  const bytes = Buffer.from('{"schemaVersion":2}');
  const digest = await plain.putManifest(repository, sha256Of(bytes), {
    mediaType: MEDIA_TYPE.manifest,
    bytes,
  });
  const listing = { digests: new Set([digest]), tags: new Map(), subjects: new Set<never>() };
  const { reads } = listedRegistry(plain, { list: () => Promise.resolve(listing), kept: keptContent() });
  const before = served.requests.length;
  for (const _ of [1, 2]) {
    expect(await reads.getManifest(repository, digest)).toMatchObject({ mediaType: MEDIA_TYPE.manifest });
  }
  expect(served.requests.length - before).toBe(2);
});

test('what is referred to is asked for', async () => {
  const { plain, repository } = await world();
  const listing = { digests: new Set([DIGEST]), tags: new Map(), subjects: new Set([DIGEST]) };
  const list = () => Promise.resolve(listing);
  const { reads } = listedRegistry(plain, { list, kept: keptContent() });
  expect(await reads.getReferrers(repository, DIGEST)).toEqual(await plain.getReferrers(repository, DIGEST));
});

test('of a fleet the repositories that were asked about last are held, and others listed again', async () => {
  const { plain } = await world();
  const listed: string[] = [];
  const list = (repository: string) => {
    listed.push(repository);
    return Promise.resolve({ digests: new Set<never>(), tags: new Map(), subjects: new Set<never>() });
  };
  const { reads } = listedRegistry(plain, { list, kept: keptContent() });
  const repositories = Array.from({ length: 1001 }, (_, at) => `registry.example/golden/image-${at}`);
  const asked = [...repositories, repositories[1000]!, repositories[0]!];
  for (const repository of asked) {
    await reads.headManifest(repository, DIGEST);
  }
  expect(listed).toEqual([...repositories, repositories[0]]);
});
