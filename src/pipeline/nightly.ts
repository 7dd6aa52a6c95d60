import type { CatalogEntry, Run } from '../model/index.ts';
import type { RunDeps } from './deps.ts';
import { runImage } from './run-image.ts';
import { createToolBench } from './tool-bench.ts';

export interface NightlyRequest {
  readonly runId: string;
  readonly entries: readonly CatalogEntry[];
  /** The clock, read once more at the end. */
  readonly now: () => Date;
}

/** The main job: every image as far as it has to go. One that fails never stops the others. */
export async function nightly({ runId, entries, now }: NightlyRequest, deps: RunDeps): Promise<Run> {
  const { target } = deps;
  deps.emit({ kind: 'run-started', runId, images: entries.map(({ id }) => id), target });
  const bench = createToolBench(deps);
  const images = await deps.images.map(entries, (entry) => runImage(entry, deps, bench));
  return {
    runId,
    startedAt: deps.runStartedAt.toISOString(),
    finishedAt: now().toISOString(),
    target,
    images,
  };
}
