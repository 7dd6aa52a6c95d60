export { publish } from './publish.ts';
export type { PublishDeps, PublishTarget } from './publish.ts';
