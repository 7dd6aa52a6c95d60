import type { CatalogEntry } from '../model/index.ts';

/** Runs the build of an image when nobody else is making a layer it needs. */
export type LayerTurns = <T>(
  entry: Pick<CatalogEntry, 'suite' | 'stacks'>,
  build: () => Promise<T>,
) => Promise<T>;

/**
 * The first image that needs a layer makes it, and the others find it made. Side by side they would wait for the same
 * steps, each in a place of its own, and BuildKit's solver loses steps that several builds run at once.
 */
export function createLayerTurns(): LayerTurns {
  const making = new Map<string, Promise<unknown>>();
  const made = new Set<string>();
  return async (entry, build) => {
    const layers = entry.stacks.map(({ name }) => `${entry.suite} ${name}`);
    for (;;) {
      const others = layers.filter((layer) => !made.has(layer)).flatMap((layer) => making.get(layer) ?? []);
      if (others.length === 0) {
        break;
      }
      await Promise.allSettled(others);
    }
    const own = layers.filter((layer) => !made.has(layer));
    const building = build();
    const ended = building
      .then(() => own.forEach((layer) => made.add(layer)))
      .catch(() => undefined)
      .finally(() => own.forEach((layer) => making.delete(layer)));
    own.forEach((layer) => making.set(layer, ended));
    return building;
  };
}
