import { GOOD_CATALOG } from './catalog-folder.ts';
import type { CatalogFiles } from './catalog-folder.ts';

export const ECR_TARGET = {
  kind: 'ecr',
  account: '111122223333',
  region: 'eu-central-1',
  organisation: 'o-a1b2c3d4e5',
  factory: 'arn:aws:iam::111122223333:role/ingot-factory',
};

/** The small good catalog, with one target in ECR. */
export function ecrCatalog(target: object = {}): CatalogFiles {
  const written = GOOD_CATALOG['catalog.json'];
  return {
    ...GOOD_CATALOG,
    'catalog.json': { ...written, targets: { production: { ...ECR_TARGET, ...target } } },
  };
}
