import { join } from 'node:path';
import type { BuildRecipe, BuiltImage, FetchedInputs, RenderedImage } from '../model/index.ts';
import { build, recipeFiles } from '../stages/build/index.ts';
import type { OwnTest } from '../stages/test/index.ts';
import { assertBuildable } from './buildable.ts';
import type { RunDeps } from './deps.ts';
import { fetchImageInputs } from './image-inputs.ts';
import { keepInputs } from './keep-records.ts';
import type { PlannedImage } from './plan-image.ts';
import type { MadeToolbox, ToolBench } from './tool-bench.ts';
import { blobsOf } from './work-folders.ts';

/** An image as it was built, with what it was built of and what its stacks promise of it. */
export interface MadeImage {
  readonly built: BuiltImage;
  readonly inputs: FetchedInputs;
  readonly toolbox: MadeToolbox;
  readonly ownTests: readonly OwnTest[];
  readonly recipe: BuildRecipe;
}

/** Builds what was planned. Mistakes in an image's own tests are told before anything is made for it. */
export async function buildImage(
  planned: PlannedImage,
  { deps, bench }: { readonly deps: RunDeps; readonly bench: ToolBench },
): Promise<MadeImage> {
  const { locked } = planned.rendered;
  const { readOwnTests } = await import('../stages/test/index.ts');
  const ownTests = await readOwnTests(locked.entry, await deps.structureTests(locked.entry));
  const toolbox = await bench.toolbox(locked.entry.suite);
  // a toolbox that had to be locked anew is another input
  const rendered = bench.isAsLocked(locked.entry.suite)
    ? planned.rendered
    : bench.render(locked, planned.tests);
  if (rendered !== planned.rendered) {
    await keepInputs(rendered, deps);
  }
  const platforms = deps.platforms.filter((platform) => locked.entry.platforms.includes(platform));
  assertBuildable(locked.entry, platforms, await deps.builder.engine());
  const inputs = await fetchImageInputs(locked, platforms, deps);
  const built = await build(rendered, {
    builder: deps.builder,
    toolbox,
    inputs,
    imageDir: join(deps.workDir, locked.entry.id),
    contextsDir: join(deps.workDir, 'contexts'),
    blobsDir: blobsOf(deps),
    platforms,
    signal: deps.signal,
  });
  const made = bench.made(locked.entry.suite);
  return { built, inputs, ownTests, toolbox: made, recipe: await recipeOf(rendered, made, deps) };
}

/** Kept with the image, so that it can be built again without this catalog. */
async function recipeOf(
  { locked: { entry }, dockerfile, buildArgs }: RenderedImage,
  toolbox: MadeToolbox,
  deps: RunDeps,
): Promise<BuildRecipe> {
  return {
    schemaVersion: 1,
    dockerfile,
    buildArgs,
    files: await recipeFiles(entry.stacks),
    toolbox: { dockerfile: toolbox.dockerfile, lock: toolbox.lock },
    builder: deps.locks.builder,
  };
}
