export { describeNewImage } from './new-image.ts';
export type { CatalogFolders, NewImage, NewImageRequest } from './new-image.ts';
export { loadCatalog } from './load.ts';
export type { LoadedCatalog } from './load.ts';
