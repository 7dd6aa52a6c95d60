import path from 'node:path';
import { readTemplates } from '../host/catalog-files.ts';
import type { TemplateSources } from '../stages/render/index.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** The templates that came with ingot, and the steps that the catalog's own stacks name besides; these replace none. */
export async function readCatalogTemplates(catalogFolder: string): Promise<TemplateSources> {
  const own = await readTemplates(path.join(catalogFolder, 'templates/steps'));
  const steps = [...own].map(([step, source]) => [`partials/steps/${step}`, source] as const);
  return new Map([...steps, ...(await readTemplates(path.join(OWN_FOLDER, 'templates')))]);
}
