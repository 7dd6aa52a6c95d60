import path from 'node:path';
import { readTemplates } from '../host/catalog-files.ts';
import { FactoryError } from '../model/index.ts';
import type { TemplateSources } from '../stages/render/index.ts';
import { OWN_FOLDER } from './own-folder.ts';

const STEPS = 'templates/steps';

/** The templates that came with ingot, and the steps that the catalog's own stacks name besides. */
export async function readCatalogTemplates(catalogFolder: string): Promise<TemplateSources> {
  const templates = new Map(await readTemplates(path.join(OWN_FOLDER, 'templates')));
  for (const [step, source] of await readTemplates(path.join(catalogFolder, STEPS))) {
    const name = `partials/steps/${step}`;
    if (templates.has(name)) {
      throw new FactoryError(
        'CATALOG_INVALID',
        `cannot use ${STEPS}/${step}.hbs: expected a name that no step of ingot's has, got "${step}"`,
        { hint: 'rename the file, and the step in the stacks that name it' },
      );
    }
    templates.set(name, source);
  }
  return templates;
}
