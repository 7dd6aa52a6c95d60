import { join } from 'node:path';
import { FactoryError, type ExampleBase, type Platform, type Sha256 } from '../model/index.ts';
import {
  MEDIA_TYPE,
  hasBlob,
  parseManifest,
  shareBlobs,
  writeBlob,
  writeLayoutIndex,
  type FoundManifest,
  type RegistryClient,
} from '../oci/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { RunDeps } from './deps.ts';
import { MAX_BLOB_BYTES, releasedManifest } from './released-manifest.ts';
import { blobsOf } from './work-folders.ts';

/** The newest release of a base on this machine, as `folder@digest` of its manifest for the platform. */
export type BaseLayouts = (base: ExampleBase, platform: Platform) => Promise<string>;

/**
 * Releases that the examples of a run are built on; each is fetched once, however many ask for it. What failed is tried
 * again.
 */
export function createBaseLayouts(deps: RunDeps): BaseLayouts {
  const fetching = new Map<Sha256, Promise<string>>();
  return async (base, platform) => {
    const repository = `${deps.goldenPrefix}/${base.repository}`;
    const record = await readRelease({ repository, track: base.track }, deps);
    const found =
      record === undefined
        ? undefined
        : await releasedManifest(record, repository, { platform, registry: deps.registry });
    if (found === undefined) {
      throw notReleased(base, platform);
    }
    const folder = join(deps.workDir, 'bases', found.digest.replace(':', '-'));
    const source = { repository, folder, blobsDir: blobsOf(deps), ...deps };
    const layout =
      fetching.get(found.digest) ??
      fetchLayout(found, source).catch((error: unknown) => {
        fetching.delete(found.digest);
        throw error;
      });
    fetching.set(found.digest, layout);
    return layout;
  };
}

function notReleased({ repository, track }: ExampleBase, platform: Platform): FactoryError {
  return new FactoryError(
    'BUILD_FAILED',
    `cannot build the example: expected a release of ${repository}:${track} for ${platform}, got none`,
    { hint: `run \`ingot nightly ${repository}-${track}\` first, or without naming images` },
  );
}

interface LayoutSource {
  readonly repository: string;
  readonly folder: string;
  readonly blobsDir: string;
  readonly registry: RegistryClient;
}

async function fetchLayout(
  { bytes, digest }: FoundManifest,
  { repository, folder, blobsDir, registry }: LayoutSource,
): Promise<string> {
  const manifest = parseManifest(bytes, `manifest ${digest}`);
  await shareBlobs(folder, blobsDir);
  for (const { digest: blob } of [manifest.config, ...manifest.layers]) {
    if (!(await hasBlob(folder, blob))) {
      await writeBlob(folder, await registry.getBlob(repository, blob, MAX_BLOB_BYTES));
    }
  }
  await writeBlob(folder, bytes);
  await writeLayoutIndex(folder, [{ mediaType: MEDIA_TYPE.manifest, digest, size: bytes.byteLength }]);
  return `${folder}@${digest}`;
}
