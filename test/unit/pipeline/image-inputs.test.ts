import { expect, test } from 'vitest';
import { createContentCache } from '../../../src/host/content-cache.ts';
import type { BuildId, CatalogEntry, ImageId } from '../../../src/model/index.ts';
import { pushInputs } from '../../../src/oci/index.ts';
import type { RunDeps } from '../../../src/pipeline/deps.ts';
import { fetchImageInputs } from '../../../src/pipeline/image-inputs.ts';
import { fetchInputs, inputFiles, openArchive, resolve } from '../../../src/stages/resolve/index.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import { createWorld, entryOf, stackOf } from '../../support/resolve-world.ts';
import { testPool } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PLATFORMS = ['linux/amd64'] as const;

function imageOf(repository: string): CatalogEntry {
  return entryOf({
    id: `${repository}-1` as ImageId,
    repository,
    stacks: [stackOf('base', { packages: ['hello'] })],
    version: { kind: 'package', name: 'hello' },
  });
}

test('a .deb that the mirror dropped is found beside the other image that brought it', async () => {
  const world = await createWorld({ packages: [{ name: 'hello' }] });
  const first = world.run();
  const [node, python] = [imageOf('node'), imageOf('python')];
  const archive = openArchive({ architectures: ['amd64', 'arm64'] }, first);
  const { lock } = await resolve({ entry: python, archive }, first);
  const { address } = await serveRegistry();
  const prefix = `${address}/golden`;
  const files = await inputFiles(lock, PLATFORMS, await fetchInputs(lock, PLATFORMS, first));
  const kept = { repository: `${prefix}/python`, buildId: 'b1' as BuildId, files };
  await pushInputs(kept, { registry: clientFor(), pool: testPool(), seen: new Map() });
  world.mirror.fault('debian/pool/main/h/hello/hello_1.0-1_amd64.deb', { kind: 'status', status: 404 });

  const deps = {
    resolve: world.run({ cache: createContentCache(await temporaryFolder()) }),
    catalog: { entries: [python, node] },
    registry: clientFor(),
    goldenPrefix: prefix,
  } as unknown as RunDeps;
  const { places } = await fetchImageInputs({ entry: node, lock }, PLATFORMS, deps);

  expect(Object.fromEntries(places)).toEqual({ [`the copies in ${prefix}`]: 1 });
});
