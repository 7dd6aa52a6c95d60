export { fetchLocked, openRequest } from './artifact-sources.ts';
export type { ArtifactSources } from './artifact-sources.ts';
export { digestOfIntegrity, INTEGRITY, integrityOf } from './integrity.ts';
export type { ArtifactSource, Locking, RequestedArtifact, Store } from './source.ts';
