export { createGoSource } from './go-source.ts';
export type { GoSource, GoSourceDeps } from './go-source.ts';
export { DEFAULT_SUMDB, parseGoEnv } from './settings.ts';
export type { GoSettings } from './settings.ts';
