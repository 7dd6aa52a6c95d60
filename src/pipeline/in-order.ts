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

/** Every entry behind its bases, else in the order given. An entry in a circle of examples is put where it is met. */
export function inOrder(entries: readonly CatalogEntry[]): readonly CatalogEntry[] {
  const ordered = new Map<ImageId, CatalogEntry>();
  const visiting = new Set<ImageId>();
  function visit(entry: CatalogEntry): void {
    if (visiting.has(entry.id)) {
      return;
    }
    visiting.add(entry.id);
    basesOf(entry, entries).forEach(visit);
    ordered.set(entry.id, entry);
  }
  entries.forEach(visit);
  return [...ordered.values()];
}
