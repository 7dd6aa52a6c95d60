import { join } from 'node:path';
import type { BuiltImage, FetchedInputs } from '../model/index.ts';
import { build } from '../stages/build/index.ts';
import { readOwnTests, type OwnTest } from '../stages/test/index.ts';
import { assertBuildable } from './buildable.ts';
import type { RunDeps } from './deps.ts';
import { fetchImageInputs } from './image-inputs.ts';
import { keepInputs } from './keep-records.ts';
import type { PlannedImage } from './plan-image.ts';
import type { ToolBench } from './tool-bench.ts';
import { blobsOf } from './work-folders.ts';

/** An image as it was built, with what it was built of and what its stacks promise of it. */
export interface MadeImage {
  readonly built: BuiltImage;
  readonly inputs: FetchedInputs;
  readonly ownTests: readonly OwnTest[];
}

/** Builds what was planned. Mistakes in an image's own tests are told before anything is made for it. */
export async function buildImage(
  planned: PlannedImage,
  { deps, bench }: { readonly deps: RunDeps; readonly bench: ToolBench },
): Promise<MadeImage> {
  const { locked } = planned.rendered;
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
  return { built, inputs, ownTests };
}
