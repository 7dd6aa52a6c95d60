import type { CatalogEntry, ImageId } from '../model/index.ts';

/** The entries of the run whose releases the example of `entry` is built on, itself aside. */
export function basesOf(entry: CatalogEntry, entries: readonly CatalogEntry[]): readonly CatalogEntry[] {
  const bases = entry.example.app?.bases ?? [];
  return entries.filter(
    (other) =>
      other !== entry &&
      bases.some(({ repository, track }) => repository === other.repository && track === other.track),
  );
}

/** Every image behind its bases, else in the order given. One in a circle of examples is put where it is met. */
export function inOrder<Image extends { readonly entry: CatalogEntry }>(
  images: readonly Image[],
): readonly Image[] {
  const entries = images.map(({ entry }) => entry);
  const ordered = new Map<ImageId, Image>();
  const visiting = new Set<ImageId>();
  function visit(image: Image): void {
    if (visiting.has(image.entry.id)) {
      return;
    }
    visiting.add(image.entry.id);
    const bases = basesOf(image.entry, entries);
    images.filter(({ entry }) => bases.includes(entry)).forEach(visit);
    ordered.set(image.entry.id, image);
  }
  images.forEach(visit);
  return [...ordered.values()];
}
