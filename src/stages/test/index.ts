export type { TestEngine } from './containers/index.ts';
export { parseStructureTest } from './structure/index.ts';
export type { ParsedStructureTest, StructureTest } from './structure/index.ts';
export { test } from './test-stage.ts';
export type { TestDeps } from './test-stage.ts';
