import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Catalog, Target } from '../model/index.ts';
import { FactoryError, problemText } from '../model/index.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** The folder asked for, else the one we are in if it holds a catalog, else our own. */
export function catalogFolder(asked: string | undefined, cwd: string): string {
  if (asked !== undefined) {
    return path.resolve(cwd, asked);
  }
  return existsSync(path.join(cwd, 'catalog.json')) ? cwd : OWN_FOLDER;
}

/** The catalog in `folder`; every mistake in it is a line of one error. */
export async function openCatalog(folder: string): Promise<Catalog> {
  const { loadCatalog } = await import('../catalog/index.ts');
  const loaded = await loadCatalog(folder, OWN_FOLDER);
  if (loaded.kind === 'ok') {
    return loaded.catalog;
  }
  const lines = loaded.problems.map(problemText);
  const count = lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`;
  throw new FactoryError('CATALOG_INVALID', `cannot use the catalog: ${count} in it\n${lines.join('\n')}`, {
    hint: 'docs/catalog.md explains every field',
  });
}

export function chooseTarget(catalog: Catalog, name: string): Target {
  const target = catalog.targets.find((one) => one.name === name);
  if (target === undefined) {
    const known = catalog.targets.map((one) => `"${one.name}"`).join(', ');
    throw new FactoryError('USAGE', `cannot find the target: expected one of ${known}, got "${name}"`, {
      hint: 'name further targets under "targets" in catalog.json',
    });
  }
  return target;
}
