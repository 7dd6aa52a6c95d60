export { readNpmOptions } from './options.ts';
export type { NpmLocation, NpmOptions, NpmSurroundings } from './options.ts';
export { createNpmSource } from './npm-source.ts';
export type { NpmSource, NpmSourceOptions, NpmTarball, NpmVersion } from './npm-source.ts';
