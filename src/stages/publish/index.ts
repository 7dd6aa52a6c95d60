export { publish } from './publish.ts';
export type { PublishTarget } from './publish.ts';
