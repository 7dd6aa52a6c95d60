import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Catalog, Decision, Emit, Target } from '../model/index.ts';
import { catalogError, FactoryError, isTooLong, problemText } from '../model/index.ts';
import { tooLongText } from '../report/index.ts';
import type { CommandContext } from './context.ts';
import { isId } from './image-name.ts';
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

/** The registry of this machine, of which a catalog may say more: whose keys count there. */
export const LOCAL_TARGET: Target = { name: 'local', kind: 'local' };

/** A target, and the catalog it is from, where one was asked. */
export interface NamedTarget {
  readonly target: Target;
  readonly catalog?: Catalog;
  /** The same catalog for whoever needs one later. */
  readonly openCatalog: () => Promise<Catalog>;
}

/** For commands that read any image: who has no catalog can name one with its registry. */
export async function targetOf(
  names: readonly string[],
  { target: name }: { readonly target: string },
  context: Pick<CommandContext, 'openCatalog' | 'hasCatalog'>,
): Promise<NamedTarget> {
  if (name === LOCAL_TARGET.name && !names.some(isId) && !context.hasCatalog()) {
    return { target: LOCAL_TARGET, openCatalog: context.openCatalog };
  }
  const catalog = await context.openCatalog();
  return { target: chooseTarget(catalog, name), catalog, openCatalog: () => Promise.resolve(catalog) };
}
