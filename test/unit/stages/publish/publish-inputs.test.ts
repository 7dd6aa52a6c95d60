import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { INPUT_MEDIA_TYPE, inputFile, type InputFile, type SeenBlobs } from '../../../../src/oci/index.ts';
import { publishInputs } from '../../../../src/stages/publish/index.ts';
import { gatedImage } from '../../../support/gated-image.ts';
import { clientFor, serveRegistry, type TestRegistry } from '../../../support/registry.ts';
import { testPool } from '../../../support/signing.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

async function inputs(...contents: readonly string[]): Promise<readonly InputFile[]> {
  const folder = await temporaryFolder();
  const files: InputFile[] = [];
  for (const content of contents) {
    const title = `${content}.deb`;
    await writeFile(path.join(folder, title), content);
    files.push(await inputFile(path.join(folder, title), { mediaType: INPUT_MEDIA_TYPE.deb, title }));
  }
  return files;
}

interface Build {
  readonly buildId: string;
  readonly name?: string;
  readonly seen?: SeenBlobs;
}

async function publishBuild(
  registry: TestRegistry,
  { buildId, name = 'golden/python', seen = new Map() }: Build,
  files: readonly InputFile[],
): Promise<void> {
  const image = await gatedImage({ buildId });
  const repository = `${registry.address}/${name}`;
  await publishInputs(image, { repository, files }, { registry: clientFor(), pool: testPool(), seen });
}

/** Blobs that were sent, beside the one empty config. */
function uploads({ requests }: TestRegistry): number {
  return requests.filter(({ method, path: url }) => method === 'PUT' && url.includes('/blobs/')).length - 1;
}

test('an artifact of our own media types lies beside the image, under the build id', async () => {
  const registry = await serveRegistry();
  await publishBuild(registry, { buildId: 'b1' }, await inputs('libc6'));
  const { tags, manifests } = registry.repository('golden/python');
  const manifest: unknown = JSON.parse(
    Buffer.from(manifests.get(tags.get('inputs-b1') ?? '')!.bytes).toString(),
  );
  expect(manifest).toMatchObject({
    artifactType: 'application/vnd.ingot.inputs.v1+json',
    config: { mediaType: 'application/vnd.oci.empty.v1+json' },
    layers: [
      {
        mediaType: 'application/vnd.ingot.input.deb.v1',
        size: 5,
        annotations: { 'org.opencontainers.image.title': 'libc6.deb' },
      },
    ],
  });
});

test('builds share what they share, and the same build again sends nothing', async () => {
  const registry = await serveRegistry();
  await publishBuild(registry, { buildId: 'b1' }, await inputs('libc6', 'openssl 3.5.4'));
  expect(uploads(registry)).toBe(2);
  await publishBuild(registry, { buildId: 'b2' }, await inputs('libc6', 'openssl 3.5.5'));
  expect(uploads(registry)).toBe(3);
  const before = registry.requests.length;
  await publishBuild(registry, { buildId: 'b2' }, await inputs('libc6', 'openssl 3.5.5'));
  expect(registry.requests.slice(before).filter(({ method }) => ['PUT', 'POST'].includes(method))).toEqual(
    [],
  );
  expect([...registry.repository('golden/python').tags.keys()]).toEqual(['inputs-b1', 'inputs-b2']);
});

test('images share what they share: a blob that this run has seen is mounted', async () => {
  const registry = await serveRegistry();
  const seen: SeenBlobs = new Map();
  await publishBuild(registry, { buildId: 'b1', seen }, await inputs('libc6'));
  await publishBuild(registry, { buildId: 'b2', name: 'golden/ruby', seen }, await inputs('libc6'));
  const sent = registry.requests.filter(({ method }) => method === 'PUT').map(({ path: url }) => url);
  expect(sent.filter((url) => url.startsWith('/v2/golden/ruby/blobs/'))).toHaveLength(1);
  expect([...registry.repository('golden/ruby').blobs.keys()].sort()).toEqual(
    [...registry.repository('golden/python').blobs.keys()].sort(),
  );
});

describe('a push that fails', () => {
  test('fails the image, and names nothing that is not there', async () => {
    const registry = await serveRegistry();
    registry.fault = ({ method, path: url }) =>
      method === 'PUT' && url.includes('/blobs/') ? { kind: 'die' } : undefined;
    await expect(publishBuild(registry, { buildId: 'b1' }, await inputs('libc6'))).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
    expect(registry.repository('golden/python').tags.size).toBe(0);
  });

  test('a file that changed since it was verified', async () => {
    const registry = await serveRegistry();
    const [file] = await inputs('libc6');
    const changed = { ...file!, open: (await inputs('libc7'))[0]!.open };
    await expect(publishBuild(registry, { buildId: 'b1' }, [changed])).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });
});
