export { publish } from './publish.ts';
export type { PublishDeps, PublishTarget, RegistryPool } from './publish.ts';
