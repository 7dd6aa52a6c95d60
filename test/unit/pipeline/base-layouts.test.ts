import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseIndex, parseManifest } from '../../../src/oci/index.ts';
import { createBaseLayouts } from '../../../src/pipeline/base-layouts.ts';
import type { RunDeps } from '../../../src/pipeline/deps.ts';
import { promote } from '../../../src/stages/promote/index.ts';
import { RELEASE, TRACK, releaseWorkshop } from '../../support/release-workshop.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a base that could not be fetched is asked for again, and one that was is not', async () => {
  const { served, registry, repository, deps, signedImage } = await releaseWorkshop();
  const { record } = await promote(await signedImage('one'), RELEASE, deps);
  const stored = served.repository('golden/python');
  const index = parseIndex(stored.manifests.get(record.digest)!.bytes, 'index');
  const { digest } = index.manifests[0]!;
  const [layer] = parseManifest(stored.manifests.get(digest)!.bytes, 'manifest').layers;
  const workDir = await temporaryFolder();
  const goldenPrefix = path.posix.dirname(repository);
  const layoutOf = createBaseLayouts({ ...deps, registry, goldenPrefix, workDir } as unknown as RunDeps);
  const base = { repository: 'python', track: TRACK };
  const asked = (): number => served.requests.filter((each) => each.path.includes(layer!.digest)).length;

  served.fault = (request) =>
    request.path.includes(layer!.digest) ? { kind: 'status', status: 503 } : undefined;
  await expect(layoutOf(base, 'linux/amd64')).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });

  served.fault = () => undefined;
  const before = asked();
  const layout = await layoutOf(base, 'linux/amd64');
  expect(layout).toMatch(new RegExp(`@${digest}$`));
  expect(await readdir(layout.split('@')[0]!)).toContain('index.json');
  expect(await layoutOf(base, 'linux/amd64')).toBe(layout);
  expect(asked()).toBe(before + 1);
});
