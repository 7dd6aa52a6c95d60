import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Catalog, Decision, Emit, Target } from '../model/index.ts';
import { catalogError, FactoryError, isTooLong, problemText } from '../model/index.ts';
import { tooLongText } from '../report/index.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** The folder asked for, else the one we are in if it holds a catalog, else our own. */
export function catalogFolder(asked: string | undefined, cwd: string): string {
  if (asked !== undefined) {
    return path.resolve(cwd, asked);
  }
  return holdsCatalog(cwd) ? cwd : OWN_FOLDER;
}

export function holdsCatalog(folder: string): boolean {
  return existsSync(path.join(folder, 'catalog.json'));
}

/** The catalog in `folder`. Mistakes in it that stop all images are one error; those that stop none are told. */
export async function openCatalog(
  folder: string,
  { emit, startedAt }: { readonly emit: Emit; readonly startedAt: Date },
): Promise<Catalog> {
  const { loadCatalog } = await import('../catalog/index.ts');
  const loaded = await loadCatalog(folder, OWN_FOLDER);
  if (loaded.kind === 'problems') {
    throw catalogError('the catalog', loaded.problems);
  }
  const stopping = new Set(loaded.catalog.broken.flatMap(({ problems }) => problems));
  for (const problem of loaded.problems.filter((each) => !stopping.has(each))) {
    emit({ kind: 'notice', level: 'warn', message: `no image uses it, but ${problemText(problem)}` });
  }
  warnOfTooLong(loaded.catalog.decisions, { emit, startedAt });
  return loaded.catalog;
}

export function warnOfTooLong(
  decisions: readonly Decision[],
  { emit, startedAt }: { readonly emit: Emit; readonly startedAt: Date },
): void {
  for (const decision of decisions.filter((each) => isTooLong(each, startedAt))) {
    emit({ kind: 'notice', level: 'warn', message: `${decision.file}: expires: ${tooLongText(decision)}` });
  }
}

/** Who looks at an image by its reference needs no catalog. */
export async function targetOrLocal(
  name: string,
  { openCatalog: open }: { readonly openCatalog: () => Promise<Catalog> },
): Promise<Target> {
  return name === 'local' ? { name, kind: 'local' } : chooseTarget(await open(), name);
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
