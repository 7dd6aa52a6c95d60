export type { TestEngine } from './containers/index.ts';
export { test } from './test-stage.ts';
export type { TestDeps, WrittenStructureTest } from './test-stage.ts';
