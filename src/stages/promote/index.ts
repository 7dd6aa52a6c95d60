export { healTags, isComplete } from './heal.ts';
export { addBuildTag, findBuild, promote } from './promote.ts';
export type { Release } from './promote.ts';
export { readRelease } from './release-store.ts';
export type { TrackName, WriteDeps } from './release-store.ts';
