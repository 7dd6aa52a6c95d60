import type { Catalog } from '../model/index.ts';
import type { RepositoryPlace } from '../stages/resolve/index.ts';
import { readKeyFiles } from './key-file.ts';

/** The catalog's further apt repositories; a local command has no catalog, and needs none of them. */
export function openRepositories(catalog: Catalog | undefined): ReadonlyMap<string, RepositoryPlace> {
  return new Map(
    (catalog?.repositories ?? []).map(({ name, url, key }) => [
      name,
      { url, keys: () => readKeyFiles(catalog?.folder ?? '', [key]) },
    ]),
  );
}
