import { join } from 'node:path';
import { FactoryError, type BuiltImage, type BuiltPlatform, type ExampleBase } from '../model/index.ts';
import {
  MEDIA_TYPE,
  parseIndex,
  parseManifest,
  platformOf,
  writeBlob,
  writeLayoutIndex,
} from '../oci/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { RunDeps } from './deps.ts';

/** What examples call the registry of the catalog's images. */
const REGISTRY = 'registry.example.com/golden';

/** The largest layer we make has 300 MB. */
const MAX_BLOB_BYTES = 1 << 30;

/**
 * Builds what a developer would build on an image just made: `example/Dockerfile`, on that image itself and on the
 * newest releases of the others it names.
 *
 * @returns its name in the builder's engine
 */
export async function buildExampleApp(
  built: BuiltImage,
  platform: BuiltPlatform,
  deps: RunDeps,
): Promise<string> {
  const { entry, lock } = built.rendered.locked;
  const contexts: Record<string, string> = {};
  for (const base of entry.example.app?.bases ?? []) {
    const isItself = base.repository === entry.repository && base.track === entry.track;
    const layout = isItself
      ? `${built.layoutDir}@${platform.manifest.digest}`
      : await releasedLayout(base, platform, deps);
    contexts[`${REGISTRY}/${base.repository}:${base.track}`] = `oci-layout://${layout}`;
  }
  const { root = '', folder = '' } = entry.stacks.at(-1) ?? {};
  const context = join(root, folder, 'example');
  const engineImage = exampleImage(platform);
  await deps.builder.build(
    {
      dockerfile: join(context, 'Dockerfile'),
      context,
      contexts,
      buildArgs: { REGISTRY, TAG: entry.track },
      annotations: {},
      platform: platform.platform,
      sourceDateEpoch: lock.epoch,
      compression: 'uncompressed',
      engineImage,
    },
    deps.signal,
  );
  return engineImage;
}

/** Name of the example's image in the engine. */
export function exampleImage({ engineImage }: BuiltPlatform): string {
  return `${engineImage}-example`;
}

/** The newest release of a base on this machine, as `folder@digest` of its manifest for the platform. */
async function releasedLayout(
  base: ExampleBase,
  { platform }: BuiltPlatform,
  deps: RunDeps,
): Promise<string> {
  const { registry, goldenPrefix } = deps;
  const repository = `${goldenPrefix}/${base.repository}`;
  const record = await readRelease({ repository, track: base.track }, deps);
  const index = record === undefined ? undefined : await registry.getManifest(repository, record.digest);
  const listed = index === undefined ? [] : parseIndex(index.bytes, `index of ${base.repository}`).manifests;
  const descriptor = listed.find((each) => platformOf(each) === platform);
  const found =
    descriptor === undefined ? undefined : await registry.getManifest(repository, descriptor.digest);
  if (found === undefined) {
    const name = `${base.repository}:${base.track}`;
    throw new FactoryError(
      'BUILD_FAILED',
      `cannot build the example: expected a release of ${name} for ${platform}, got none`,
      { hint: `run \`ingot nightly ${base.repository}-${base.track}\` first, or without naming images` },
    );
  }
  const folder = join(deps.workDir, 'bases', found.digest.replace(':', '-'));
  const manifest = parseManifest(found.bytes, `manifest of ${base.repository}`);
  for (const { digest } of [manifest.config, ...manifest.layers]) {
    await writeBlob(folder, await registry.getBlob(repository, digest, MAX_BLOB_BYTES));
  }
  const size = found.bytes.byteLength;
  await writeBlob(folder, found.bytes);
  await writeLayoutIndex(folder, [{ mediaType: MEDIA_TYPE.manifest, digest: found.digest, size }]);
  return `${folder}@${found.digest}`;
}
