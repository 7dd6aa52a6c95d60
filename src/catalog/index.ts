export { loadCatalog } from './load.ts';
export type { LoadedCatalog } from './load.ts';
