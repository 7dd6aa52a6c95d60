import type { CatalogEntry, ImageId, ImageRun, Run } from '../model/index.ts';
import { createBaseLayouts } from './base-layouts.ts';
import type { RunDeps } from './deps.ts';
import { basesOf, inOrder } from './in-order.ts';
import { createLayerTurns } from './layer-turns.ts';
import { runImage } from './run-image.ts';
import { createToolBench } from './tool-bench.ts';

export interface NightlyRequest {
  readonly runId: string;
  readonly entries: readonly CatalogEntry[];
  /** The clock, read once more at the end, and for the times that are attested. */
  readonly now: () => Date;
}

/** The main job: every image as far as it has to go. One that fails never stops the others. */
export async function nightly({ runId, entries, now }: NightlyRequest, deps: RunDeps): Promise<Run> {
  const { target } = deps;
  deps.emit({ kind: 'run-started', runId, images: entries.map(({ id }) => id), target });
  for (const scanner of deps.scanners) {
    scanner.prepare?.();
  }
  const bench = createToolBench(deps);
  const baseLayouts = createBaseLayouts(deps);
  const layerTurns = createLayerTurns();
  const ended = new Map<ImageId, Promise<ImageRun>>();
  const ordered = inOrder(entries);
  await deps.pools.images.map(ordered, (entry) => {
    // whoever stands before it has started already: a circle of examples cannot make two wait for each other
    const bases = basesOf(entry, ordered).flatMap(({ id }) => ended.get(id) ?? []);
    const work = { baseLayouts, layerTurns, basesEnded: Promise.all(bases), run: { id: runId, now } };
    const run = runImage(entry, { ...deps, ...work }, bench);
    ended.set(entry.id, run);
    return run;
  });
  const images = await Promise.all(entries.flatMap(({ id }) => ended.get(id) ?? []));
  return {
    runId,
    startedAt: deps.runStartedAt.toISOString(),
    finishedAt: now().toISOString(),
    target,
    images,
  };
}
