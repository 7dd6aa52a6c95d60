import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Catalog, Emit, Target } from '../model/index.ts';
import { catalogError, FactoryError, problemText } from '../model/index.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** The folder asked for, else the one we are in if it holds a catalog, else our own. */
export function catalogFolder(asked: string | undefined, cwd: string): string {
  if (asked !== undefined) {
    return path.resolve(cwd, asked);
  }
  return existsSync(path.join(cwd, 'catalog.json')) ? cwd : OWN_FOLDER;
}

/** The catalog in `folder`. Mistakes in it that stop all images are one error; those that stop none are told. */
export async function openCatalog(folder: string, emit: Emit): Promise<Catalog> {
  const { loadCatalog } = await import('../catalog/index.ts');
  const loaded = await loadCatalog(folder, OWN_FOLDER);
  if (loaded.kind === 'problems') {
    throw catalogError('the catalog', loaded.problems);
  }
  const stopping = new Set(loaded.catalog.broken.flatMap(({ problems }) => problems));
  for (const problem of loaded.problems.filter((each) => !stopping.has(each))) {
    emit({ kind: 'notice', level: 'warn', message: `no image uses it, but ${problemText(problem)}` });
  }
  return loaded.catalog;
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

/** The target of a command that reads any image: the local one needs no catalog. */
export async function targetNamed(
  name: string,
  { openCatalog: open }: { readonly openCatalog: () => Promise<Catalog> },
): Promise<Target> {
  return name === LOCAL_TARGET.name ? LOCAL_TARGET : chooseTarget(await open(), name);
}

const LOCAL_TARGET: Target = { name: 'local', kind: 'local' };
