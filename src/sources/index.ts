export { fetchLocked, openRequest } from './artifact-sources.ts';
export type { ArtifactSources } from './artifact-sources.ts';
export type { ArtifactSource, Locking, RequestedArtifact, Store } from './source.ts';
