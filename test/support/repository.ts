import { fileURLToPath } from 'node:url';
import { loadCatalog } from '../../src/catalog/index.ts';
import type { Catalog } from '../../src/model/index.ts';

/** The repository's own folder. */
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** The catalog that is shipped. */
export async function ownCatalog(): Promise<Catalog> {
  const loaded = await loadCatalog(REPOSITORY);
  if (loaded.kind === 'problems' || loaded.problems.length > 0) {
    throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  }
  return loaded.catalog;
}
