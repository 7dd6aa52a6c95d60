import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../files/index.ts';
import type { Builder, BuildRequest } from '../../host/builder/index.ts';
import { InternalError } from '../../model/index.ts';
import type {
  BuiltImage,
  CatalogEntry,
  Lock,
  BuiltPlatform,
  Descriptor,
  FetchedInputs,
  LockedPlatform,
  Platform,
  RenderedImage,
} from '../../model/index.ts';
import {
  buildIndex,
  readLayout,
  shareBlobs,
  toOciPlatform,
  writeBlob,
  writeLayoutIndex,
} from '../../oci/index.ts';
import { filesContext, layerContexts, type StackFiles } from './contexts.ts';

export { exportBuild } from './export-build.ts';
export { recipeFiles, unpackRecipe } from './recipe-files.ts';
export { writeRootTar } from './root-tar.ts';
export { buildToolbox, type Toolbox } from './toolbox.ts';

export interface BuildDeps {
  readonly builder: Builder;
  /** Build context of the toolbox image: `oci-layout://folder@digest`. */
  readonly toolbox: string;
  readonly inputs: FetchedInputs;
  /** Folder of this image's files in the run. */
  readonly imageDir: string;
  /** Folder of the build contexts that images of the run share. */
  readonly contextsDir: string;
  /** Folder of the blobs that images of the run share: the builder hands over no layer twice. */
  readonly blobsDir: string;
  readonly platforms: readonly Platform[];
  /** Makes everything anew, and hands nothing to the engine. */
  readonly isReproduction?: true;
  readonly signal: AbortSignal;
}

/** What building takes of a rendered image. */
export type BuildableImage = Pick<RenderedImage, 'dockerfile' | 'buildArgs' | 'inputs' | 'buildId'> & {
  readonly locked: {
    readonly lock: Lock;
    readonly entry: Pick<CatalogEntry, 'repository'> & { readonly stacks: readonly StackFiles[] };
  };
};

export type Built<R> = Omit<BuiltImage, 'rendered'> & { readonly rendered: R };

/** Builds the platforms with the embedded builder, hermetically, into one OCI layout with an index over them. */
export async function build<R extends BuildableImage>(rendered: R, deps: BuildDeps): Promise<Built<R>> {
  const dockerfile = join(deps.imageDir, 'Dockerfile');
  const context = join(deps.imageDir, 'context');
  await mkdir(context, { recursive: true });
  await writeWhole(dockerfile, rendered.dockerfile);
  const layoutDir = join(deps.imageDir, 'layout');
  await shareBlobs(layoutDir, deps.blobsDir);
  const platforms: BuiltPlatform[] = [];
  for (const locked of rendered.locked.lock.platforms.filter(({ platform }) =>
    deps.platforms.includes(platform),
  )) {
    platforms.push(await buildPlatform(rendered, locked, { ...deps, dockerfile, context }));
  }
  const { bytes, descriptor } = buildIndex(
    platforms.map(({ manifest }) => manifest),
    rendered.inputs.annotations,
  );
  await writeBlob(layoutDir, bytes);
  await writeLayoutIndex(layoutDir, [descriptor]);
  return { rendered, layoutDir, index: descriptor, platforms };
}

interface PlatformDeps extends BuildDeps {
  readonly dockerfile: string;
  readonly context: string;
}

async function buildPlatform(
  rendered: BuildableImage,
  locked: LockedPlatform,
  deps: PlatformDeps,
): Promise<BuiltPlatform> {
  const { platform } = locked;
  const platformName = nameOf(platform);
  const platformLayout = join(deps.imageDir, platformName);
  await shareBlobs(platformLayout, deps.blobsDir);
  const engineImage = `ingot.local/${rendered.locked.entry.repository}:${rendered.buildId}-${platformName}`;
  await deps.builder.build(
    {
      ...(await buildRequest(rendered, locked, deps)),
      layoutDir: platformLayout,
      ...(deps.isReproduction ? { noCache: true } : { engineImage }),
    },
    deps.signal,
  );
  const manifest = await onlyManifest(platformLayout, platform);
  return { platform, manifest, engineImage };
}

export type RequestDeps = Pick<BuildDeps, 'toolbox' | 'inputs' | 'contextsDir'> & {
  readonly dockerfile: string;
  readonly context: string;
};

/** What one platform is built from. Writes its build contexts. */
export async function buildRequest(
  rendered: BuildableImage,
  locked: LockedPlatform,
  deps: RequestDeps,
): Promise<BuildRequest> {
  const { platform } = locked;
  const { annotations, compression } = rendered.inputs;
  return {
    dockerfile: deps.dockerfile,
    context: deps.context,
    contexts: { toolbox: deps.toolbox, ...(await platformContexts(rendered, locked, deps)) },
    buildArgs: rendered.buildArgs[platform] ?? {},
    annotations,
    platform,
    sourceDateEpoch: rendered.locked.lock.epoch,
    compression,
  };
}

/** `linux-amd64` */
function nameOf(platform: Platform): string {
  return platform.replace('/', '-');
}

async function platformContexts(
  { locked: { entry } }: BuildableImage,
  locked: LockedPlatform,
  deps: Pick<RequestDeps, 'inputs' | 'contextsDir'>,
): Promise<Readonly<Record<string, string>>> {
  const contexts: Record<string, string> = {};
  for (const layer of locked.layers) {
    Object.assign(contexts, await layerContexts(layer, deps.inputs, deps.contextsDir));
  }
  for (const stack of entry.stacks) {
    Object.assign(contexts, await filesContext(stack, deps.contextsDir));
  }
  return contexts;
}

/** BuildKit names its one manifest with annotations of the moment of the build; only what is stable is kept. */
async function onlyManifest(layoutDir: string, platform: Platform): Promise<Descriptor> {
  const [descriptor, ...more] = await readLayout(layoutDir);
  if (descriptor === undefined || more.length > 0) {
    throw new InternalError(
      `the builder wrote ${String(more.length + 1)} manifests for ${platform}, expected one`,
    );
  }
  const { mediaType, digest, size } = descriptor;
  return { mediaType, digest, size, platform: toOciPlatform(platform) };
}
