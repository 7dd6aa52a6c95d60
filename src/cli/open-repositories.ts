import type { Catalog } from '../model/index.ts';
import type { RepositoryPlace } from '../stages/resolve/index.ts';
import { readKeyFile } from './key-file.ts';

/** The catalog's further apt repositories; a local command has no catalog, and needs none of them. */
export function openRepositories(catalog: Catalog | undefined): ReadonlyMap<string, RepositoryPlace> {
  return new Map(
    (catalog?.repositories ?? []).map(({ name, url, key }) => [
      name,
      { url, keys: async () => [await readKeyFile(catalog?.folder ?? '', key)] },
    ]),
  );
}
