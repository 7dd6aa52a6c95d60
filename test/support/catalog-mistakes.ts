import { problemText } from '../../src/model/index.ts';
import { loadCatalog } from '../../src/catalog/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from './catalog-folder.ts';

/** The good catalog, loosely typed: a test case puts whatever mistake it likes into it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a mistake is a value of a type the catalog does not have
export type SpoiltCatalog = Record<keyof typeof GOOD_CATALOG, any> & Record<string, unknown>;

/** Problems found in the good catalog after `spoil`, as the user reads them; none where it is still good. */
export async function problemsAfter(spoil: (files: SpoiltCatalog) => void): Promise<string[]> {
  const files: SpoiltCatalog = structuredClone(GOOD_CATALOG);
  spoil(files);
  using folder = temporaryFolder();
  writeCatalog(folder.path, files);
  const loaded = await loadCatalog(folder.path);
  return loaded.problems.map(problemText);
}
