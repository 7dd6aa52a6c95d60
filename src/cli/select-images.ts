import type { CatalogEntry } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';

/**
 * The entries called by `names`: an image id (`python-3.13`) or a repository (`python`, all its tracks).
 * Without names, all of them. The order is the catalog's.
 */
export function selectImages(
  entries: readonly CatalogEntry[],
  names: readonly string[],
): readonly CatalogEntry[] {
  const unknown = names.filter((name) => !entries.some((entry) => isCalled(entry, name)));
  if (unknown.length > 0) {
    const known = entries.map((entry) => entry.id).join(', ');
    const got = unknown.map((name) => `"${name}"`).join(', ');
    throw new FactoryError('USAGE', `cannot find the image: expected one of ${known}, got ${got}`);
  }
  return names.length === 0
    ? entries
    : entries.filter((entry) => names.some((name) => isCalled(entry, name)));
}

function isCalled(entry: CatalogEntry, name: string): boolean {
  return entry.id === name || entry.repository === name;
}
