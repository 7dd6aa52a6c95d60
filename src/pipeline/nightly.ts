import type { CatalogEntry, ImageId, ImageRun, Run } from '../model/index.ts';
import { beginImage, type Asked, type BegunImage } from './begin-image.ts';
import { createBaseLayouts } from './base-layouts.ts';
import { byNeed } from './by-need.ts';
import type { RunDeps, RunningDeps } from './deps.ts';
import { basesOf, inOrder } from './in-order.ts';
import { createLayerTurns } from './layer-turns.ts';
import { runImage } from './run-image.ts';
import { touchedBy } from './touched-by.ts';
import { createToolBench } from './tool-bench.ts';
import { knowWithdrawn } from './withdrawn.ts';

export interface NightlyRequest {
  readonly runId: string;
  readonly entries: readonly CatalogEntry[];
  readonly asked: Asked;
  /** Only those that a fix of this vulnerability touches. */
  readonly cve?: string;
  /** The clock, read once more at the end, and for the times that are attested. */
  readonly now: () => Date;
}

/**
 * The main job: everything is resolved first, so that what is needed most is built first; then every image goes as far
 * as it has to. One that fails never stops the others.
 */
export async function nightly(request: NightlyRequest, opened: RunDeps): Promise<Run> {
  const { runId, now, cve } = request;
  const { target } = opened;
  const { entries, undecided } =
    cve === undefined
      ? { entries: request.entries, undecided: [] }
      : await touchedBy(cve, request.entries, opened);
  const all = [...entries, ...undecided.map(({ entry }) => entry)].map(({ id }) => id);
  opened.emit({ kind: 'run-started', runId, images: all, target });
  for (const { entry, outcome } of undecided) {
    opened.emit({ kind: 'image-ended', image: entry.id, outcome });
  }
  const deps = { ...(await knowWithdrawn(opened)), run: { id: runId, now } };
  beginFeeds(deps);
  const begun = await deps.pools.images.map(entries, (entry) => beginImage(entry, request.asked, deps));
  const runs = await finishAll(
    begun.filter((image) => image.kind === 'begun'),
    deps,
  );
  const ended = begun.flatMap((image) => (image.kind === 'ended' ? [image.run] : []));
  const images = [...ended, ...runs, ...undecided];
  return {
    runId,
    startedAt: deps.runStartedAt.toISOString(),
    finishedAt: now().toISOString(),
    target,
    images: request.entries.flatMap(({ id }) => images.filter(({ entry }) => entry.id === id)),
  };
}

/** In the order of need, as far as the examples that are built on others allow it. */
async function finishAll(images: readonly BegunImage[], deps: RunningDeps): Promise<readonly ImageRun[]> {
  const bench = createToolBench(deps);
  const baseLayouts = createBaseLayouts(deps);
  const layerTurns = createLayerTurns();
  const ended = new Map<ImageId, Promise<ImageRun>>();
  const ordered = inOrder(byNeed(images));
  const entries = ordered.map(({ entry }) => entry);
  return deps.pools.images.map(ordered, (image) => {
    // whoever stands before it has started already: a circle of examples cannot make two wait for each other
    const bases = basesOf(image.entry, entries).flatMap(({ id }) => ended.get(id) ?? []);
    const work = { baseLayouts, layerTurns, basesEnded: Promise.all(bases) };
    const run = runImage(image, { ...deps, ...work }, bench);
    ended.set(image.entry.id, run);
    return run;
  });
}

/** What scanners have to download comes while the first images are built; who asks then hears why it failed. */
function beginFeeds({ scanners, knownExploited }: RunDeps): void {
  for (const scanner of scanners) {
    scanner.prepare?.();
  }
  void knownExploited?.().catch(() => undefined);
}
