import path from 'node:path';
import { expect, test } from 'vitest';
import { chooseTarget, openCatalog } from '../../../src/cli/open-catalog.ts';
import { runRegistry } from '../../../src/cli/run-registry.ts';
import { createContentCache } from '../../../src/host/content-cache.ts';
import type { RunEvent } from '../../../src/model/index.ts';
import { MEDIA_TYPE, parseTag, type RegistryClient } from '../../../src/oci/index.ts';
import { ECR_REGISTRY } from '../../support/ecr-data-plane.ts';
import { storedImage } from '../../support/ecr-image-answers.ts';
import { appliedWorld, type EcrWorld } from '../../support/ecr-world.ts';

const REPOSITORY = `${ECR_REGISTRY}/golden/node`;
const IMAGE = storedImage({ mediaType: MEDIA_TYPE.index }, { tags: ['24'], pushedAtMs: 0 });

/** As a night opens the registry of a target; what it asks itself is told in `asked`. */
async function opened({ folder }: EcrWorld, closing: AsyncDisposableStack) {
  const startedAt = new Date('2026-11-26T03:00:00Z');
  const events: RunEvent[] = [];
  const emit = (event: RunEvent) => events.push(event);
  const catalog = await openCatalog(folder, { emit, startedAt });
  const asked: string[] = [];
  const direct = {
    headManifest: (repository, reference) => {
      asked.push(`${repository} ${reference}`);
      return Promise.resolve(undefined);
    },
  } as Partial<RegistryClient> as RegistryClient;
  const request = {
    target: chooseTarget(catalog, 'production'),
    environment: {},
    signal: new AbortController().signal,
    emit,
  };
  const cache = closing.use(createContentCache(path.join(folder, 'cache')));
  return { ...(await runRegistry(direct, { request, cache }, closing)), asked, events };
}

test('many questions about a repository are one call of DescribeImages', async () => {
  await using closing = new AsyncDisposableStack();
  const world = await appliedWorld();
  world.server.repositories.get('golden/node')!.images = [IMAGE];
  const { reads, asked } = await opened(world, closing);
  expect(await reads.headManifest(REPOSITORY, parseTag('24'))).toEqual({ digest: IMAGE.digest });
  expect(await reads.headManifest(REPOSITORY, IMAGE.digest)).toEqual({ digest: IMAGE.digest });
  expect(await reads.headManifest(REPOSITORY, parseTag('22'))).toBeUndefined();
  expect(world.server.calls.map(({ operation }) => operation)).toEqual(['DescribeImages']);
  expect(asked).toEqual([]);
});

test('what is archived is there and cannot be pulled', async () => {
  await using closing = new AsyncDisposableStack();
  const world = await appliedWorld();
  world.server.repositories.get('golden/node')!.images = [{ ...IMAGE, storageClass: 'archive' }];
  const { reads } = await opened(world, closing);
  expect(await reads.headManifest(REPOSITORY, IMAGE.digest)).toBeUndefined();
  expect(await reads.listTags(REPOSITORY)).toEqual(['24']);
});

test('who may not list images is told once, and asks for each', async () => {
  await using closing = new AsyncDisposableStack();
  const world = await appliedWorld();
  world.server.fault = () => ({ kind: 'error', name: 'AccessDeniedException', message: 'no' });
  const { reads, asked, events } = await opened(world, closing);
  const names = [REPOSITORY, `${ECR_REGISTRY}/team-payments/node`];
  for (const repository of names) {
    await reads.headManifest(repository, parseTag('24'));
  }
  expect(asked).toEqual(names.map((repository) => `${repository} 24`));
  expect(events).toMatchObject([
    { kind: 'notice', level: 'warn', message: expect.stringMatching(/; asking for each image instead$/) },
  ]);
});

test('another registry is asked as ever', async () => {
  await using closing = new AsyncDisposableStack();
  const world = await appliedWorld();
  const { reads, asked } = await opened(world, closing);
  await reads.headManifest('registry.example/node', parseTag('24'));
  expect(asked).toEqual(['registry.example/node 24']);
  expect(world.server.calls).toEqual([]);
});
