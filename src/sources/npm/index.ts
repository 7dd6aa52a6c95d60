export { readNpmOptions } from './options.ts';
export { createNpmSource } from './npm-source.ts';
export type { NpmSource, NpmVersion } from './npm-source.ts';
