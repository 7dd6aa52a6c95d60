export { readNpmOptions } from './options.ts';
export { createNpmArtifacts } from './npm-artifacts.ts';
export type { NpmArtifacts } from './npm-artifacts.ts';
export { createNpmSource } from './npm-source.ts';
export type { NpmSource, NpmVersion } from './npm-source.ts';
