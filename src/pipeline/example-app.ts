import { join } from 'node:path';
import { EXAMPLE_REGISTRY, FactoryError, type BuiltImage, type BuiltPlatform } from '../model/index.ts';
import type { BaseLayouts } from './base-layouts.ts';
import type { RunDeps } from './deps.ts';

/**
 * Builds what a developer would build on an image just made: `example/Dockerfile`, on that image itself and on the
 * newest releases of the others it names.
 *
 * @returns its name in the builder's engine
 */
export async function buildExampleApp(
  built: BuiltImage,
  platform: BuiltPlatform,
  deps: RunDeps & { readonly baseLayouts: BaseLayouts },
): Promise<string> {
  const { entry, lock } = built.rendered.locked;
  const contexts: Record<string, string> = {};
  for (const base of entry.example.app?.bases ?? []) {
    const isItself = base.repository === entry.repository && base.track === entry.track;
    const layout = isItself
      ? `${built.layoutDir}@${platform.manifest.digest}`
      : await deps.baseLayouts(base, platform.platform);
    contexts[`${EXAMPLE_REGISTRY}/${base.repository}:${base.track}`] = `oci-layout://${layout}`;
  }
  const { root = '', folder = '' } = entry.stacks.at(-1) ?? {};
  const context = join(root, folder, 'example');
  const engineImage = `${platform.engineImage}-example`;
  const request = {
    dockerfile: join(context, 'Dockerfile'),
    context,
    contexts,
    buildArgs: { REGISTRY: EXAMPLE_REGISTRY, TAG: entry.track },
    annotations: {},
    platform: platform.platform,
    sourceDateEpoch: lock.epoch,
    compression: 'uncompressed',
    engineImage,
  } as const;
  try {
    await deps.builder.build(request, deps.signal);
  } catch (error) {
    throw withOwnHint(error, join(folder, 'example/Dockerfile'));
  }
  return engineImage;
}

/** The builder's hint is about what ingot renders; this file was written by hand. */
function withOwnHint(error: unknown, dockerfile: string): unknown {
  if (!(error instanceof FactoryError) || error.code !== 'BUILD_FAILED') {
    return error;
  }
  return new FactoryError(error.code, error.message, {
    hint: `correct that step of ${dockerfile}, or add what it needs to the image`,
    cause: error,
  });
}
