export { healTags, isComplete, isOurs } from './heal.ts';
export { addBuildTag, findBuild, promote } from './promote.ts';
export type { Release } from './promote.ts';
export { readRelease, readReleases } from './release-store.ts';
export type { TrackName, WriteDeps } from './release-store.ts';
export { rollback } from './rollback.ts';
export type { RollbackRequest } from './rollback.ts';
export { findWithdrawn } from './withdrawn.ts';
